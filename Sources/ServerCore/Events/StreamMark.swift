/// How far an event stream of a device is stored.
struct StreamMark: Sendable, Equatable {
    var through: UInt64
    /// Digest of the event `through`.
    var digest: [UInt8]
}
