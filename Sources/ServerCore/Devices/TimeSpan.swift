/// A length of time as a sentence says it.
enum TimeSpan {
    /// In the largest unit of which it holds two, rounded down. `time` in µs; what is below 0 counts as 0.
    static func text(_ time: Int64) -> String {
        let seconds = max(time, 0) / 1_000_000
        let units: [(Int64, String)] = [(86_400, "d"), (3_600, "h"), (60, "min")]
        guard let unit = units.first(where: { seconds >= 2 * $0.0 }) else { return "\(seconds) s" }
        return "\(seconds / unit.0) \(unit.1)"
    }
}
