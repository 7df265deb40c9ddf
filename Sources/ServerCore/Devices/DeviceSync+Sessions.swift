package import DeviceProtocol
import Logging
import ServerStore
import Synchronization

extension DeviceSync {
    /// A device holds a connection open from now on. Its address is written by its first exchange, which has to notice
    /// that it is another: it may belong elsewhere then.
    package func connected(_ peer: DevicePeer) async {
        let untold = sessions.withLock { $0.connect(peer.uid, connection: peer.connection) }
        let now = clock.now()
        let node = node
        await writeSession(of: peer) { transaction in
            try transaction.execute(
                """
                UPDATE devices SET mode = 'persistent', connected_node = $2, connected_since = $3, disconnect_reason = NULL,
                    disconnected_at = NULL, next_sync_at = NULL WHERE uid = $1
                """, [.blob(peer.uid.bytes), .text(node), .integer(now)])
        }
        await tell(untold)
    }

    /// The connection is gone. A connection that a newer one of the same device replaced changes nothing.
    package func disconnected(_ peer: DevicePeer, reason: String) async {
        defer { cache.forget(peer) }
        guard sessions.withLock({ $0.disconnect(peer.uid, connection: peer.connection) }) else { return }
        let now = clock.now()
        let interval = try? await cache.facts(of: peer.uid)?.intents.syncInterval
        await writeSession(of: peer) { transaction in
            try transaction.execute(
                """
                UPDATE devices SET mode = 'periodic', connected_node = NULL, connected_since = NULL,
                    disconnected_at = $2, disconnect_reason = $3, next_sync_at = $4 WHERE uid = $1
                """,
                [
                    .blob(peer.uid.bytes), .integer(now), .text(reason),
                    .integer(now + (interval ?? DeviceIntents.defaultSyncInterval) * 1_000_000),
                ])
        }
    }

    /// Facts hold nothing of it.
    private func writeSession(
        of peer: DevicePeer, _ body: @escaping @Sendable (any SQLTransaction) throws -> Void
    ) async {
        do {
            try await writer.submit(.control, body)
        } catch {
            logger.error("session not stored", metadata: ["device": "\(peer.uid)", "error": "\(error)"])
        }
        reportFeed.signal()
    }

    /// Whether this is the connection that the device holds.
    func holds(_ peer: DevicePeer) -> Bool { sessions.withLock { $0[peer.uid]?.connection == peer.connection } }

    /// Whether the device holds a connection to this process.
    package func isConnected(_ device: DeviceUID) -> Bool { sessions.withLock { $0[device] != nil } }

    /// All that a wake needs; nil when the device never said where it listens, or does not hold a key.
    /// The counter is committed when this returns.
    package func wakeTarget(of device: DeviceUID) async throws -> WakeTarget? {
        let now = clock.now()
        return try await writer.submit { transaction in
            let rows = try transaction.query(
                """
                UPDATE devices SET wake_counter = CASE WHEN wake_counter + 1 > $2 THEN wake_counter + 1 ELSE $2 END
                WHERE uid = $1 AND standing = 'active' AND address IS NOT NULL AND udp_port > 0
                    AND udp_key_confirmed > 0 AND udp_key_confirmed IN (udp_key_id, udp_previous_key_id)
                RETURNING address, udp_port, udp_key_id, udp_key, udp_key_confirmed, udp_previous_key, wake_counter
                """, [.blob(device.bytes), .integer(now)])
            guard let row = rows.first else { return nil }
            let confirmed = try row.integer("udp_key_confirmed")
            // A key that the device has not confirmed yet is one that it may not have.
            let isCurrent = try row.integer("udp_key_id") == confirmed
            guard let key = try row.optionalBlob(isCurrent ? "udp_key" : "udp_previous_key") else { return nil }
            return WakeTarget(
                device: device, address: try row.text("address"), port: UInt16(clamping: try row.integer("udp_port")),
                keyID: UInt32(clamping: confirmed), key: key,
                counter: UInt64(bitPattern: try row.integer("wake_counter")))
        }
    }

    /// The device's key of this number: its present one, or the one before.
    package func udpKey(of device: DeviceUID, id: UInt32) async throws -> [UInt8]? {
        try await store.read { reader in
            try reader.first(
                """
                SELECT CASE WHEN udp_key_id = $2 THEN udp_key ELSE udp_previous_key END AS found FROM devices
                WHERE uid = $1 AND (udp_key_id = $2 OR udp_previous_key_id = $2) AND standing = 'active'
                """, [.blob(device.bytes), .integer(Int64(id))])?.optionalBlob("found")
        }
    }

    /// A verified notice that the device goes off. Ignored when a later start of the agent, or this notice or a later
    /// one, was seen; returns whether it was news.
    @discardableResult
    package func off(
        _ device: DeviceUID, startCounter: UInt64, counter: UInt64, reason: OffReason
    ) async throws -> Bool {
        let now = clock.now()
        let news = try await writer.submit { transaction in
            try transaction.execute(
                """
                UPDATE devices SET off_reason = $4, off_at = $5, off_counter = $3
                WHERE uid = $1 AND start_counter <= $2 AND off_counter < $3
                """,
                [
                    .blob(device.bytes), .integer(Int64(bitPattern: startCounter)),
                    .integer(Int64(bitPattern: counter)), .text("\(reason)"), .integer(now),
                ]) > 0
        }
        if news { reportFeed.signal() }
        return news
    }
}
