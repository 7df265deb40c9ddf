package import DeviceProtocol

/// Who is at the other end of a connection, after its certificate was checked.
package struct DevicePeer: Sendable, Hashable {
    package var uid: DeviceUID
    /// IP address without port.
    package var address: String
    package var transport: DeviceTransport
    /// Unique within this process.
    package var connection: UInt64

    package init(uid: DeviceUID, address: String, transport: DeviceTransport, connection: UInt64) {
        self.uid = uid
        self.address = address
        self.transport = transport
        self.connection = connection
    }
}
