package import DeviceProtocol

/// All that a wake datagram needs. The counter is committed: no other datagram will carry it.
package struct WakeTarget: Sendable, Equatable {
    package var device: DeviceUID
    /// Peer address of the last authenticated connection.
    package var address: String
    /// As the device reported it.
    package var port: UInt16
    package var keyID: UInt32
    package var key: [UInt8]
    package var counter: UInt64
}
