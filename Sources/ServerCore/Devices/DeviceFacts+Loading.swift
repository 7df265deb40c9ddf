import DeviceProtocol
import ServerStore

extension DeviceFacts {
    /// nil when there is no such device.
    static func load(_ uid: DeviceUID, from reader: any SQLReader, now: Int64) throws -> DeviceFacts? {
        guard let row = try reader.first(question, [.blob(uid.bytes)]) else { return nil }
        let own = DeviceIntents.Layer(
            syncInterval: try row.optionalInteger("sync_interval"),
            keepConnection: try row.optionalFlag("keep_connection"),
            priority: try row.optionalInteger("keep_priority").map(Int.init(clamping:)))
        let group = try row.text("group_name")
        let groups = try GroupRecord.chain(from: group, in: reader)
        return DeviceFacts(
            uid: uid, standing: DeviceStanding(rawValue: try row.text("standing")) ?? .revoked, group: group,
            place: DevicePlace(
                group: groups.reversed().map(\.name).joined(separator: "/"), placedBy: try row.text("placement"),
                because: try row.text("placement_reason")),
            intents: DeviceIntents(layers: [own] + groups.map(\.layer)),
            address: try row.optionalText("address"), transport: try row.optionalText("transport"),
            capabilities: UInt64(bitPattern: try row.integer("capabilities")),
            isStranger: try row.flag("stranger"), instanceUID: try row.optionalBlob("instance_uid"),
            sequence: UInt64(bitPattern: try row.integer("sequence_num")),
            starts: DeviceStarts(
                counter: UInt64(bitPattern: try row.integer("start_counter")),
                id: try row.optionalBlob("start_id") ?? [], history: try row.optionalBlob("start_before") ?? []),
            hold: try DeviceHold(row: row), cloneAction: groups.lazy.compactMap(\.cloneAction).first ?? .hold,
            serverAddress: groups.first { $0.serverAddress != nil }?.serverAddress,
            serverAddressRevision: groups.first { $0.serverAddress != nil }?.revision ?? 0,
            splitAt: try row.optionalInteger("split_at") ?? 0,
            connectionHash: try row.optionalBlob("connection_hash"),
            connectionStatus: try row.optionalText("connection_status"),
            stateDigest: try row.optionalBlob("state_digest"),
            udpPort: UInt16(clamping: try row.integer("udp_port")),
            udpKeyID: UInt32(clamping: try row.integer("udp_key_id")),
            udpPreviousKeyID: UInt32(clamping: try row.integer("udp_previous_key_id")),
            udpKeyConfirmed: UInt32(clamping: try row.integer("udp_key_confirmed")),
            inventoryHash: try row.optionalBlob("inventory_hash"),
            documentHash: try row.optionalBlob("document_hash"), reportedHash: try row.optionalBlob("reported_hash"),
            reportedStatus: try row.optionalText("reported_status"),
            reportedError: try row.optionalText("reported_error"),
            refusedReason: try row.optionalText("refused_reason"),
            refusedUntil: try row.optionalInteger("refused_until"),
            pendingOrders: try orders(for: uid, in: reader, now: now), openRuns: try openRuns(of: uid, in: reader),
            certificate: try row.optionalText("certificate_serial"), certificates: try certificates(of: uid, in: reader)
        )
    }

    /// What is read of the row: not what the device tells of itself, which is by far the most of it.
    private static let question = """
        SELECT sync_interval, keep_connection, keep_priority, group_name, standing, placement, placement_reason, address, transport,
            capabilities, stranger, instance_uid, sequence_num, start_counter, start_id, start_before, hold_reason, hold_at,
            hold_keeper, hold_newcomer, hold_candidate, hold_split, split_at, connection_hash, connection_status, state_digest,
            udp_port, udp_key_id, udp_previous_key_id, udp_key_confirmed, inventory_hash, document_hash, reported_hash,
            reported_status, reported_error, refused_reason, refused_until, certificate_serial
        FROM devices WHERE uid = $1
        """

    private static func certificates(of uid: DeviceUID, in reader: any SQLReader) throws -> [CertificateUse.Known] {
        try reader.query(
            "SELECT serial, issued_at, superseded FROM device_certificates WHERE device_uid = $1",
            [.blob(uid.bytes)]
        ).map {
            CertificateUse.Known(
                serial: try $0.text("serial"), issuedAt: try $0.integer("issued_at"),
                superseded: try $0.flag("superseded"))
        }
    }

    /// Oldest first; at most as many as one answer carries.
    private static func openRuns(of uid: DeviceUID, in reader: any SQLReader) throws -> [Identifier] {
        let unanswered = try reader.query(
            "SELECT subject FROM orders WHERE device_uid = $1 AND status = 'pending' AND kind = $2",
            [.blob(uid.bytes), .text(OrderKind.runTask.rawValue)])
        let excluded = Set(try unanswered.map { try $0.text("subject") })
        return try reader.query(
            "SELECT run_id FROM runs WHERE device_uid = $1 AND state < 3 ORDER BY run_id LIMIT $2",
            [.blob(uid.bytes), .integer(Int64(ExchangeAnswer.mostOpenRuns + excluded.count))]
        ).compactMap { Identifier(try $0.blob("run_id")) }.filter { !excluded.contains("\($0)") }
    }

    /// Pending orders that are known at once.
    static let mostOrders = 256

    /// Oldest first.
    private static func orders(for uid: DeviceUID, in reader: any SQLReader, now: Int64) throws -> [PendingOrder] {
        try reader.query(
            """
            SELECT order_id, expires_at, body FROM orders
            WHERE device_uid = $1 AND status = 'pending' AND expires_at > $2 ORDER BY order_id LIMIT \(mostOrders)
            """, [.blob(uid.bytes), .integer(now)]
        ).compactMap { row in
            guard let id = Identifier(try row.blob("order_id")) else { return nil }
            return PendingOrder(id: id, expires: try row.integer("expires_at"), body: try row.blob("body"))
        }
    }
}
