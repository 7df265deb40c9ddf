package import DeviceProtocol

/// What was said on one connection, so that it is not said again.
package struct ConnectionMemory: Sendable {
    /// An order without a reply is repeated on the same connection only after this long.
    package static let orderRepeat: Int64 = 30_000_000

    /// Of the place that it was told, or knew.
    package var knownPlace: [UInt8]?
    package var sentHash: [UInt8]?
    package var sentSession: SessionOffer?
    package var sentAddress: [UInt8]?
    package var sentKeyID: UInt32 = 0
    package var sentOrders: [Identifier: Int64] = [:]
    package var lastUsed: Int64 = 0

    package init() {}
}
