import DeviceProtocol

/// What the judge remembers of one host.
struct HostRecord {
    var lastHeard: Int64
    /// Silence and waiting events are excused until then.
    var excusedUntil: Int64
    /// The server asked it not to come before.
    var hintUntil: Int64 = 0
    /// Times of attempts that failed, since the last that did not.
    var failures: [Int64] = []
    var interval: Int64
    /// Taken by it and not known to be stored, oldest first.
    var waiting: [(id: Identifier, since: Int64)] = []
    /// When each run of its began.
    var startedRuns: [Identifier: Int64] = [:]
    /// Counters of the wakes it took.
    var wakes: Set<UInt64> = []
    var isOff = true
}
