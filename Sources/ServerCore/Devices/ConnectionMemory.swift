import DeviceProtocol

/// What was said on one connection, so that it is not said again.
struct ConnectionMemory: Sendable {
    /// An order without a reply is repeated on the same connection only after this long.
    static let orderRepeat: Int64 = 30_000_000

    var sentHash: [UInt8]?
    var sentSession: SessionOffer?
    var sentAddress: [UInt8]?
    var sentKeyID: UInt32 = 0
    var sentOrders: [Identifier: Int64] = [:]
    var lastUsed: Int64 = 0
}
