import DeviceProtocol
import Failpoints
import OpAMP
import ServerStore

extension DeviceSync {
    /// Returns after everything the message brings is committed.
    func store(
        _ report: AgentReport, work: ExchangeWork, facts: DeviceFacts, peer: DevicePeer, now: Int64
    ) async throws -> ExchangeStored {
        let mark = LastSeenMark(
            device: peer.uid.bytes, at: now, reason: SeenReason(report).rawValue,
            nextSync: peer.transport == .http ? now + facts.intents.syncInterval * 1_000_000 : nil,
            address: peer.address)
        let mayMove = report.message.hasAgentDescription || peer.address != facts.address
        var stored: ExchangeStored
        if work.writesControl, work.writesEvents {
            // Of two lanes: one after the other they would wait for two commits.
            async let control = storeControl(report, work: work, peer: peer, mark: mark, mayMove: mayMove)
            async let receipts = storeEvents(report, work: work, peer: peer, now: now)
            stored = try await control
            stored.receipts = try await receipts
        } else {
            stored = try await storeControl(report, work: work, peer: peer, mark: mark, mayMove: mayMove)
            stored.receipts = try await storeEvents(report, work: work, peer: peer, now: now)
        }
        if !work.writesControl, !report.message.hasAgentDisconnect { await writer.mark(mark) }
        if work.writesEvents { eventFeed.signal() }
        if work.writesControl { reportFeed.signal() }
        return stored
    }

    /// Writes what concerns a device, and reads what is known of it then within the same transaction, which is cheaper than to read it
    /// anew for the answer.
    func write<T: Sendable>(
        about device: DeviceUID, _ lane: WriteLane, rows: Int,
        _ body: @escaping @Sendable (any SQLTransaction) throws -> T
    ) async throws -> T {
        let (cache, clock) = (cache, clock)
        do {
            let (result, facts, moment) = try await writer.submit(lane, rows: rows) { transaction in
                let result = try body(transaction)
                let moment = cache.moment()
                return (result, try DeviceFacts.load(device, from: transaction, now: clock.now()), moment)
            }
            if let facts { cache.keep(facts, asOf: moment) } else { cache.invalidate([device]) }
            return result
        } catch {
            // It may have been committed all the same.
            cache.invalidate([device])
            throw error
        }
    }

    /// Returns whether the inventory, if any, was taken, and whether the device belongs elsewhere now.
    private func storeControl(
        _ report: AgentReport, work: ExchangeWork, peer: DevicePeer, mark: LastSeenMark, mayMove: Bool
    ) async throws -> ExchangeStored {
        guard work.writesControl else { return ExchangeStored() }
        let epoch = identity.storeEpoch
        // Only of a device that was just given an order, whose messages have high priority: thousands tell of runs that their
        // schedules began, and none may put itself first.
        let lane = work.isAwaited && Task.currentPriority >= .high ? WriteLane.urgent : .control
        return try await write(about: peer.uid, lane, rows: work.controlRows) { transaction in
            let before = mayMove ? try Self.said(by: peer, in: transaction) : nil
            try FactsWriter(peer: peer, now: mark.at, transaction: transaction).write(report, seen: mark)
            if work.writesState {
                try StateWriter(device: peer.uid, now: mark.at, transaction: transaction).write(
                    report, trust: work.trust)
            }
            var stored = ExchangeStored()
            // Rules are not read again for what was said before.
            if mayMove, try Self.said(by: peer, in: transaction) != before {
                stored.move = try DevicePlacer(transaction).place(peer.uid).first
            }
            guard let frame = report.frame else { return stored }
            if report.message.hasPackageStatuses {
                stored.haltedRollout = try PackageStatusWriter(
                    device: peer.uid, now: mark.at, transaction: transaction
                ).write(report.message.packageStatuses, epoch: epoch)
            }
            stored.inventoryTaken = try Self.storeReports(frame, device: peer.uid, now: mark.at, in: transaction)
            return stored
        }
    }

    /// What rules may ask of a device that it can change itself.
    private static func said(by peer: DevicePeer, in transaction: any SQLTransaction) throws -> [String?] {
        let row = try transaction.first(
            "SELECT address, hostname, description FROM devices WHERE uid = $1", [.blob(peer.uid.bytes)])
        return try row.map { [try $0.optionalText("address"), try $0.text("hostname"), try $0.text("description")] }
            ?? []
    }

    private static func storeReports(
        _ frame: WireAgentFrame, device: DeviceUID, now: Int64, in transaction: any SQLTransaction
    ) throws -> Bool {
        let runs = RunWriter(device: device, now: now, transaction: transaction)
        for run in frame.runs { try runs.write(run) }
        let replies = OrderReplyWriter(device: device, now: now, transaction: transaction)
        for reply in frame.orderReplies { try replies.write(reply) }
        try StatisticsWriter(device: device, now: now, transaction: transaction).write(frame.statistics)
        guard frame.hasInventory else { return true }
        return try InventoryWriter(device: device, now: now, transaction: transaction).write(frame.inventory)
    }

    private func storeEvents(
        _ report: AgentReport, work: ExchangeWork, peer: DevicePeer, now: Int64
    ) async throws -> [WireStreamReceipt] {
        guard work.writesEvents, let frame = report.frame else { return [] }
        let offset = ClockOffset.between(device: frame.agentTime, server: now)
        let receipts = try await writer.submit(.events, rows: work.eventRows) { transaction in
            let events = EventWriter(device: peer.uid, now: now, clockOffset: offset, transaction: transaction)
            let receipts = try frame.events.map(events.write)
            Failpoint.serverBeforeCommit.pass()
            return receipts
        }
        Failpoint.serverCommitted.pass()
        return receipts
    }
}
