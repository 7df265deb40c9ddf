internal import PluginLink

/// CLOCK_MONOTONIC, on which agent and plugins agree.
package enum MonotonicTime {
    package static var now: Duration { .nanoseconds(pl_now()) }

    static func nanoseconds(_ time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
