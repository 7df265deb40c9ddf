import Synchronization

/// The time at which certificates are judged: the device's clock, unless something that the device knows is later. A
/// clock that begins in 1970 must not shut the device out.
///
/// Thread-safe.
package final class TrustedTime: Sendable {
    private let clock: @Sendable () -> Int64
    private let latest: Atomic<Int64>

    /// Times in µs. `known` is the last time of the server that is stored; 0 for none.
    package init(known: Int64, clock: @escaping @Sendable () -> Int64 = { WallClock.now() }) {
        self.clock = clock
        latest = Atomic(max(known, AgentVersion.released))
    }

    package func now() -> Int64 { max(clock(), latest.load(ordering: .relaxed)) }

    /// The server says what time it is.
    package func learn(_ time: Int64) { _ = latest.max(time, ordering: .relaxed) }
}
