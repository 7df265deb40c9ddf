import DeviceProtocol

/// How far an event stream of a device is stored.
struct StreamMark: Sendable, Equatable {
    var through: UInt64
    /// Digest of the event `through`.
    var digest: [UInt8]

    static let none = StreamMark(through: 0, digest: [])
}

extension StreamMark {
    init(_ event: WireEvent) { self.init(through: event.number, digest: Array(event.digest)) }
}
