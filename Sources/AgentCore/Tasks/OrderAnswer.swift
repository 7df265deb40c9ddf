package import DeviceProtocol

/// The answer to an order, kept until the server has it and a while longer, so that a repeated order is answered, not
/// carried out again.
package struct OrderAnswer: Sendable, Hashable {
    package var id: [UInt8]
    package var status: WireOrderStatus
    package var message: String

    package init(id: [UInt8], status: WireOrderStatus, message: String = "") {
        self.id = id
        self.status = status
        self.message = message
    }
}
