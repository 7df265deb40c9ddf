import DeviceProtocol

/// Wakes and off notices under a fixed key.
package enum DatagramFuzz {
    package static let key = [UInt8](repeating: 7, count: Datagram.keyBytes)

    package static func run(_ bytes: [UInt8]) {
        let parsed = Datagram.parse(bytes)
        let verified = Datagram.decode(bytes) { _ in key }
        precondition(verified == nil || verified == parsed, "what was verified is not what was read")
        guard let parsed else { return }
        let encoded = parsed.encode(key: key)
        precondition(encoded.count <= Datagram.maximumBytes, "a datagram is too long")
        precondition(Datagram.decode(encoded) { _ in key } == parsed, "a datagram changed when it was written anew")
        precondition(verified == nil || encoded == bytes, "two datagrams say the same")
        precondition(Datagram.decode(encoded) { _ in key.map { $0 ^ 1 } } == nil, "another key verifies")
    }
}
