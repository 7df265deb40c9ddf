import DeviceProtocol
import Logging
import ServerStore

extension DeviceSync {
    /// A device's copies get identities of their own without an operator once in this time (µs).
    static let splitSpacing: Int64 = 86_400_000_000

    /// Judges who it is that begins a connection, and keeps what is to be kept of it. Returns the facts as they are then.
    ///
    /// `contested`: another connection of the device answered while this one was made.
    func arrive(
        _ frame: WireAgentFrame, facts: DeviceFacts, peer: DevicePeer, contested: Bool
    ) async throws -> DeviceFacts {
        var starts = facts.starts
        let before = starts
        let id = Array(frame.startID)
        // Of two the one that was met first keeps the identity.
        let keeper = starts.wasMet(id) ? id : before.id
        let arrival = starts.arrive(counter: frame.startCounter, id: id, contested: contested)
        switch arrival {
        case .same, .newStart: break
        case .restored:
            logger.notice(
                "device was restored from a snapshot",
                metadata: ["device": "\(peer.uid)", "starts": "\(before.counter) to \(frame.startCounter)"])
        case .returned:
            logger.notice("an earlier start of a device was met again", metadata: ["device": "\(peer.uid)"])
        case .clone:
            logger.warning("a device exists twice", metadata: ["device": "\(peer.uid)", "address": "\(peer.address)"])
        }
        var hold = facts.hold
        let observed = hold?.observe(id, contested: contested) ?? false
        guard starts != before || arrival == .clone || observed else { return facts }
        let now = clock.now()
        let (noted, newcomer) = (observed ? hold : nil, keeper == id ? before.id : id)
        // Copies of copies, or somebody who plays both: an operator has to look.
        let splits = facts.cloneAction == .split && now - facts.splitAt > Self.splitSpacing
        let kept = starts
        try await write(about: peer.uid, .control, rows: 2) { transaction in
            try transaction.execute(
                """
                UPDATE devices SET start_counter = $2, start_id = $3, start_before = $4,
                    restored_at = CASE WHEN $5 <> 0 THEN $6 ELSE restored_at END WHERE uid = $1
                """,
                [
                    .blob(peer.uid.bytes), .integer(Int64(bitPattern: kept.counter)), .blob(kept.id),
                    .blob(kept.history), .flag(arrival == .restored), .integer(now),
                ])
            let writer = HoldWriter(device: peer.uid, now: now, transaction: transaction)
            if let noted { try writer.note(noted) }
            guard arrival == .clone else { return }
            try writer.hold(keeper: keeper, newcomer: newcomer, split: splits, address: peer.address)
        }
        if arrival != .newStart { reportFeed.signal() }
        return try await cache.facts(of: peer.uid) ?? facts
    }
}
