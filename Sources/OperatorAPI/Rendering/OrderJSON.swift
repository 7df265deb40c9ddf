import DesiredState
import DeviceProtocol
import ServerCore

/// An order to a device as REST shows it.
enum OrderJSON {
    static func make(_ order: OrderRecord) -> JSONValue {
        ObjectJSON.make(
            kind: "Order", name: "\(order.id)", uid: "\(order.id)", revision: order.revision,
            spec: .object(
                fields: [
                    "device": .string("\(order.device)"), "order": .string(order.kind),
                    "subject": order.subject.isEmpty ? nil : .string(order.subject),
                    "operator": .text(order.operatorName),
                ]),
            status: .object(
                fields: [
                    "state": .string(order.status.rawValue), "final": .bool(order.status != .pending),
                    "message": .string(order.message), "note": .text(order.annotation),
                    "created": .time(order.createdAt),
                    "expires": .time(order.expiresAt), "replied": .time(order.repliedAt),
                ]))
    }
}
