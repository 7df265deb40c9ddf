/// From /proc/loadavg.
package struct LoadAverage: Sendable, Hashable {
    package var oneMinute: Double
    package var fiveMinutes: Double
    package var fifteenMinutes: Double

    package init(oneMinute: Double, fiveMinutes: Double, fifteenMinutes: Double) {
        self.oneMinute = oneMinute
        self.fiveMinutes = fiveMinutes
        self.fifteenMinutes = fifteenMinutes
    }

    /// Nil when the text is not that of /proc/loadavg.
    package init?(procLoadavg text: String) {
        let values = text.split(separator: " ").prefix(3).compactMap { Double($0) }
        guard values.count == 3 else { return nil }
        (oneMinute, fiveMinutes, fifteenMinutes) = (values[0], values[1], values[2])
    }
}
