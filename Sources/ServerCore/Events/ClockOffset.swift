/// How far a device's clock is from ours.
enum ClockOffset {
    /// Less than this is the way of the message, not the clock.
    static let tolerance: Int64 = 2_000_000

    /// What to add to the device's time; 0 when it tells none.
    static func between(device: Int64, server: Int64) -> Int64 {
        guard device > 0 else { return 0 }
        let offset = server &- device
        return abs(offset) < tolerance ? 0 : offset
    }
}
