import DeviceProtocol
import Foundation
import OpAMP
import ServerCore

extension ServerModel {
    /// Answers one message as `DeviceSync.exchange` does. `stored` is called for every event that was committed.
    /// Throws `ServerKilled` when the server died on the way.
    mutating func exchange(
        _ message: OpAMPAgentToServer, from device: Int, over link: Link, now: Int64, contested: Bool,
        eventsFirst: Bool, stored: (WireEvent) -> Void
    ) throws -> OpAMPServerToAgent {
        var facts = tables.devices[device].facts
        guard !isUnavailable else {
            return ExchangeAnswer.refusal(
                facts.uid, .unavailable, "the server could not store the message", retryAfterSeconds: Self.retryHint)
        }
        let peer = DevicePeer(
            uid: facts.uid, address: "10.0.0.\(device % 250)", transport: link.kind == .exchange ? .http : .webSocket,
            connection: UInt64(link.number))
        let report: AgentReport
        do { report = try AgentReport(message, from: facts.uid) } catch {
            return ExchangeAnswer.refusal(facts.uid, .badRequest, "\(error)")
        }
        if let frame = report.frame, frame.startCounter > 0 {
            try arrive(frame, device: device, now: now, contested: contested)
            facts = tables.devices[device].facts
        }
        let work = ExchangeWork(report, facts: facts, peer: peer)
        var receipts: [WireStreamReceipt] = []
        // The product begins both at once.
        if eventsFirst { receipts = try storeEvents(report, of: device, stored) }
        let inventoryTaken = try storeControl(report, work: work, of: device, peer: peer)
        if !eventsFirst { receipts = try storeEvents(report, of: device, stored) }
        var answer = try answer(report, work: work, inventoryTaken: inventoryTaken, device: device, link.number, now)
        answer.frame.receipts = receipts
        return try answer.message()
    }

    /// Judges who it is that begins a connection, as `DeviceSync.arrive` does.
    private mutating func arrive(_ frame: WireAgentFrame, device: Int, now: Int64, contested: Bool) throws {
        let before = tables.devices[device].facts.starts
        var starts = before
        let id = Array(frame.startID)
        let keeper = starts.wasMet(id) ? id : before.id
        let arrival = starts.arrive(counter: frame.startCounter, id: id, contested: contested)
        guard starts != before || arrival == .clone else { return }
        let kept = starts
        try commit(device) { row in
            row.facts.starts = kept
            guard arrival == .clone, row.facts.hold == nil else { return }
            row.facts.hold = DeviceHold(reason: "two agents", since: now, keeper: keeper, split: false)
        }
    }

    /// An operator lets a device go that was held.
    mutating func release(_ device: Int) throws {
        try commit(device) { row in
            row.facts.hold = nil
            let starts = row.facts.starts
            row.facts.starts = DeviceStarts(counter: starts.counter, id: starts.id)
        }
    }

    private mutating func storeControl(
        _ report: AgentReport, work: ExchangeWork, of device: Int, peer: DevicePeer
    ) throws -> Bool {
        guard work.writesControl else { return true }
        var taken = true
        try commit(device) { row in
            Self.writeFacts(report, peer, &row.facts)
            guard let frame = report.frame else { return }
            if work.writesState { row.facts.stateDigest = Array(frame.stateDigest) }
            for run in frame.runs {
                guard let id = Identifier(run.runID), let state = RunState(run.state) else { continue }
                let known = row.runs[id] ?? .pending
                let isBetter = known == .lost && state.isFinal
                if !known.isFinal && known <= state || isBetter { row.runs[id] = state }
            }
            for reply in frame.orderReplies {
                guard let id = Identifier(reply.id) else { continue }
                if let order = row.facts.pendingOrders.first(where: { $0.id == id }) {
                    row.answered.insert(id)
                    // A device that refuses to start a run will never report it.
                    if reply.status == .failed, let run = order.run, row.runs[run]?.isFinal == false {
                        row.runs[run] = .failed
                    }
                }
                row.facts.pendingOrders.removeAll { $0.id == id }
            }
            if frame.hasInventory { taken = Self.writeInventory(frame.inventory, &row.facts) }
        }
        return taken
    }

    private static func writeFacts(_ report: AgentReport, _ peer: DevicePeer, _ facts: inout DeviceFacts) {
        let message = report.message
        facts.address = peer.address
        facts.transport = peer.transport.rawValue
        facts.sequence = message.sequenceNum
        if message.capabilities != 0 { facts.capabilities = message.capabilities }
        if message.hasRemoteConfigStatus {
            facts.reportedHash = Array(message.remoteConfigStatus.lastRemoteConfigHash)
            facts.reportedStatus = ConfigOutcome(message.remoteConfigStatus.status).rawValue
            facts.reportedError = message.remoteConfigStatus.errorMessage
        }
        guard let frame = report.frame else { return }
        facts.udpPort = UInt16(clamping: frame.udpPort)
        facts.udpKeyConfirmed = frame.udpKeyID
    }

    private static func writeInventory(_ inventory: WireInventory, _ facts: inout DeviceFacts) -> Bool {
        if facts.inventoryHash == Array(inventory.hash) { return true }
        guard inventory.baseHash.isEmpty || facts.inventoryHash == Array(inventory.baseHash) else { return false }
        facts.inventoryHash = Array(inventory.hash)
        return true
    }

    private mutating func answer(
        _ report: AgentReport, work: ExchangeWork, inventoryTaken: Bool, device: Int, _ link: Int, _ now: Int64
    ) throws -> ExchangeAnswer {
        let offer = offer(to: device, over: link, now: now)
        let facts = tables.devices[device].facts
        var answer = ExchangeAnswer(device: facts.uid)
        answer.asksFullState = work.trust == .outdated
        answer.speaksMartlet = report.frame != nil
        answer.frame.serverTime = now
        answer.frame.storeEpoch = Data(tables.storeEpoch.bytes)
        answer.frame.session = offer.wire
        if let frame = report.frame {
            answer.frame.acknowledged = frame.frame
            let differs = !frame.inventoryHash.isEmpty && Array(frame.inventoryHash) != facts.inventoryHash
            if differs || frame.hasInventory {
                answer.frame.inventoryKnown = Data(facts.inventoryHash ?? [])
                answer.frame.inventoryWanted = differs || !inventoryTaken
            }
            if frame.startCounter > 0, facts.hold == nil {
                answer.frame.openRuns = tables.devices[device].openRuns().prefix(ExchangeAnswer.mostOpenRuns).map {
                    Data($0.bytes)
                }
            }
        }
        addDue(
            to: &answer, device: device, link: link, offer: offer, heldKey: report.frame?.udpKeyID ?? 0,
            sentConfigAgain: work.trust == .full, now: now)
        return answer
    }
}
