/// Memory in bytes, from /proc/meminfo.
package struct MemoryUse: Sendable, Hashable {
    package var total: UInt64
    package var available: UInt64

    /// Nil when the text is not that of /proc/meminfo.
    package init?(procMeminfo text: String) {
        var values: [Substring: UInt64] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count >= 2, let value = UInt64(words[1]) { values[words[0]] = value * 1024 }
        }
        guard let total = values["MemTotal:"], let available = values["MemAvailable:"], total > 0 else { return nil }
        self.total = total
        self.available = min(available, total)
    }

    package init(total: UInt64, available: UInt64) {
        self.total = total
        self.available = available
    }

    package var used: UInt64 { total - available }
    package var percentUsed: Double { Double(used) * 100 / Double(total) }
}
