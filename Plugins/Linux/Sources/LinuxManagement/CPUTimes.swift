/// Jiffies of all processors since the start, from /proc/stat.
package struct CPUTimes: Sendable, Hashable {
    package var busy: UInt64
    package var idle: UInt64

    /// Nil when the text is not that of /proc/stat.
    package init?(procStat text: String) {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("cpu ") }) else { return nil }
        let values = line.split(separator: " ").dropFirst().compactMap { UInt64($0) }
        guard values.count >= 5 else { return nil }
        idle = values[3] + values[4]
        // Guest times, from the ninth on, are contained in user and nice.
        busy = values.prefix(8).reduce(0, +) - idle
    }

    package init(busy: UInt64, idle: UInt64) {
        self.busy = busy
        self.idle = idle
    }

    /// Less than this between two readings says nothing about how busy a machine is.
    static let leastJiffies = 100.0

    /// Percent busy since an earlier reading; nil when too little time has passed.
    package func percentBusy(since former: CPUTimes) -> Double? {
        guard busy >= former.busy, idle >= former.idle else { return nil }
        let all = Double(busy - former.busy + idle - former.idle)
        return all >= Self.leastJiffies ? Double(busy - former.busy) * 100 / all : nil
    }
}
