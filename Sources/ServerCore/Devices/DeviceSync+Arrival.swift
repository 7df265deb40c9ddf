import DeviceProtocol
import Logging
import ServerStore

extension DeviceSync {
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
        guard starts != before || arrival == .clone else { return facts }
        let now = clock.now()
        let kept = starts
        try await writer.submit(.control, rows: 2) { transaction in
            try transaction.execute(
                """
                UPDATE devices SET start_counter = $2, start_id = $3, start_before = $4,
                    restored_at = CASE WHEN $5 <> 0 THEN $6 ELSE restored_at END WHERE uid = $1
                """,
                [
                    .blob(peer.uid.bytes), .integer(Int64(bitPattern: kept.counter)), .blob(kept.id),
                    .blob(kept.history), .flag(arrival == .restored), .integer(now),
                ])
            guard arrival == .clone else { return }
            try HoldWriter(device: peer.uid, now: now, transaction: transaction).hold(
                keeper: keeper, split: facts.cloneAction == .split, address: peer.address)
        }
        cache.invalidate([peer.uid])
        if arrival != .newStart { reportFeed.signal() }
        return try await cache.facts(of: peer.uid) ?? facts
    }
}
