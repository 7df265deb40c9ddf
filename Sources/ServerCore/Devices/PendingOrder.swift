package import DeviceProtocol

/// An order that the device has not replied to.
package struct PendingOrder: Sendable, Equatable {
    package var id: Identifier
    package var expires: Int64
    /// Encoded `WireOrder`.
    package var body: [UInt8]

    package init(id: Identifier, expires: Int64, body: [UInt8]) {
        self.id = id
        self.expires = expires
        self.body = body
    }
}
