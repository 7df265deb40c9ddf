/// A key for the two datagrams, as the server handed it over.
package struct UDPKey: Sendable, Hashable {
    package let id: UInt32
    /// 32 bytes.
    package let bytes: [UInt8]

    package init(id: UInt32, bytes: [UInt8]) {
        self.id = id
        self.bytes = bytes
    }
}
