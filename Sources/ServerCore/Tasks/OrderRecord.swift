package import DeviceProtocol
package import ServerStore

/// An order as operators see it.
package struct OrderRecord: Sendable, Equatable {
    package var id: Identifier
    package var device: DeviceUID
    package var kind: String
    package var subject: String
    package var operatorName: String?
    package var status: OrderStatus
    package var message: String
    /// What became of the wake, while the device has not replied.
    package var annotation: String?
    package var createdAt: Int64
    package var expiresAt: Int64
    package var repliedAt: Int64?
    package var revision: Int64

    package static func find(_ id: Identifier, in reader: any SQLReader, now: Int64) throws -> OrderRecord? {
        try reader.first("SELECT * FROM orders WHERE order_id = $1", [.blob(id.bytes)])
            .map { try OrderRecord(row: $0, now: now) }
    }

    init(row: SQLRow, now: Int64) throws {
        guard let id = Identifier(try row.blob("order_id")), let device = DeviceUID(try row.blob("device_uid")),
            let stored = OrderStatus(rawValue: try row.text("status"))
        else { throw StoreError(.damaged, "an order's ids or status are not readable") }
        self.id = id
        self.device = device
        kind = try row.text("kind")
        subject = try row.text("subject")
        operatorName = try row.optionalText("operator")
        message = try row.text("message")
        annotation = try row.optionalText("annotation")
        createdAt = try row.integer("created_at")
        expiresAt = try row.integer("expires_at")
        repliedAt = try row.optionalInteger("replied_at")
        revision = try row.integer("revision")
        status = stored == .pending && expiresAt <= now ? .expired : stored
    }
}
