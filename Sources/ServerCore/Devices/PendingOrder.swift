import DeviceProtocol

/// An order that the device has not replied to.
struct PendingOrder: Sendable, Equatable {
    var id: Identifier
    var expires: Int64
    /// Encoded `WireOrder`.
    var body: [UInt8]
}
