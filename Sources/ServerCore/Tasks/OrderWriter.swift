import DeviceProtocol
import ServerStore
import SwiftProtobuf

/// Queues orders for devices.
struct OrderWriter {
    let identity: OperatorIdentity
    let now: Int64
    let transaction: any SQLTransaction

    /// Microseconds in which the device must take the order.
    static func life(of kind: OrderKind) -> Int64 {
        switch kind {
        case .sync, .controlApplication: 3_600_000_000
        case .runTask, .cancelRun: 86_400_000_000
        }
    }

    /// `subject` is what the order is about: a run's id, or an application. Throws `notFound` for a device that is not
    /// there, `conflict` for one that may not speak to us, or does not understand orders.
    func queue(
        _ kind: OrderKind, for device: DeviceUID, subject: String, action: WireOrder.OneOf_Action,
        isAudited: Bool = true
    ) throws -> PendingOrder {
        try assertTakesOrders(device)
        let id = Identifier.make(now: now)
        var order = WireOrder()
        order.id = .init(id.bytes)
        order.expires = now + Self.life(of: kind)
        order.action = action
        let body: [UInt8] = try order.serializedBytes()
        try transaction.execute(
            """
            INSERT INTO orders (order_id, device_uid, kind, body, subject, operator, created_at, expires_at, status,
                message, revision) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', '', 1)
            """,
            [
                .blob(id.bytes), .blob(device.bytes), .text(kind.rawValue), .blob(body), .text(subject),
                .text(identity.name), .integer(now), .integer(order.expires),
            ])
        // What is for many devices has one entry for all of them.
        if isAudited {
            try AuditLog.write(
                kind.rawValue, kind: "Device", name: "\(device)", detail: subject, by: identity, now: now,
                in: transaction)
        }
        return PendingOrder(id: id, expires: order.expires, body: body)
    }

    /// Throws `notFound` for a device that is not there, `conflict` for one that may not speak to us, or does not understand
    /// orders.
    func assertTakesOrders(_ device: DeviceUID) throws {
        guard
            let row = try transaction.first(
                "SELECT standing, stranger FROM devices WHERE uid = $1", [.blob(device.bytes)])
        else {
            throw CoreError(.notFound, "no device \(device)")
        }
        switch DeviceStanding(rawValue: try row.text("standing")) {
        case .active: break
        case .pending:
            throw CoreError(.conflict, "device \(device) waits for approval (martlet approve \(device))")
        default: throw CoreError(.conflict, "device \(device) is revoked")
        }
        guard try !row.flag("stranger") else {
            throw CoreError(.conflict, "device \(device) is an OpAMP client, not Martlet's agent: it takes no orders")
        }
    }
}
