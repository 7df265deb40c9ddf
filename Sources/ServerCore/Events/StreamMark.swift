import DeviceProtocol

/// How far an event stream of a device is stored.
package struct StreamMark: Sendable, Equatable {
    package var through: UInt64
    /// Digest of the event `through`.
    package var digest: [UInt8]

    package static let none = StreamMark(through: 0, digest: [])
}

extension StreamMark {
    init(_ event: WireEvent) { self.init(through: event.number, digest: Array(event.digest)) }
}
