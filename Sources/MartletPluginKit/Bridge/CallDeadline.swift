internal import Glibc

/// The deadline of the agent's call in which we are, if we are in one: what it asks of the host must be over before.
enum CallDeadline {
    /// CLOCK_MONOTONIC, nanoseconds.
    @TaskLocal static var ofCall: Int64?

    static func current(atMost limit: Duration) -> Int64 {
        let ours = now + limit.components.seconds * 1_000_000_000
        // A little earlier than the call's own, so that there is time to say so.
        return min(ours, ofCall.map { $0 - 200_000_000 } ?? ours)
    }

    static var now: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
    }
}
