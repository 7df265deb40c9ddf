import Glibc

/// µs since the host was started, sleep included: what intervals and waits are counted in, since it is never set.
package enum SteadyClock {
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// A moment of this clock as one of the device's clock as it stands now.
    package static func wall(_ moment: Int64) -> Int64 { WallClock.now() + moment - now() }
}
