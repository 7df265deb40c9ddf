import Synchronization

/// The time at which certificates are judged: the device's clock, unless something that the device knows is later. A
/// clock that begins in 1970 must not shut the device out.
///
/// Thread-safe.
package final class TrustedTime: Sendable {
    private let clock: @Sendable () -> Int64
    private let latest: Atomic<Int64>
    /// The end of the server's certificate as it was verified last: a server whose clock runs ahead of it is wrong.
    private let ceiling: Atomic<Int64>

    /// Times in µs. `known` is the last time of the server that is stored; 0 for none.
    package init(known: Int64, clock: @escaping @Sendable () -> Int64 = { WallClock.now() }) {
        self.clock = clock
        latest = Atomic(max(known, AgentVersion.released))
        ceiling = Atomic(0)
    }

    package func now() -> Int64 { max(clock(), latest.load(ordering: .relaxed)) }

    /// The server says what time it is. Believed up to the end of its certificate: a clock that jumps ahead for a moment
    /// must not make every certificate look expired for ever.
    package func learn(_ time: Int64) {
        _ = latest.max(min(time, ceiling.load(ordering: .relaxed)), ordering: .relaxed)
    }

    /// The latest that is known, whatever the device's clock says.
    package var known: Int64 { latest.load(ordering: .relaxed) }

    /// The server's certificate was verified and ends then.
    package func verified(until end: Int64) { ceiling.store(end, ordering: .relaxed) }
}
