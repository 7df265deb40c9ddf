import DurableFiles

/// What a process keeps in memory, for closing notes and thresholds.
package struct HostMemory: Sendable, Hashable, CustomStringConvertible {
    /// KiB: with shared pages, with its share of them, and what is its own alone and changed.
    package let resident, proportional, privateDirty: Int

    /// Nil when the process is gone.
    package init?(of pid: Int32) {
        guard let bytes = try? FileBytes.read("/proc/\(pid)/smaps_rollup", limit: 1 << 16) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        func value(_ name: String) -> Int? {
            lines.first { $0.hasPrefix(name) }.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap {
                Int($0)
            }
        }
        guard let rss = value("Rss:"), let pss = value("Pss:"), let dirty = value("Private_Dirty:") else { return nil }
        (resident, proportional, privateDirty) = (rss, pss, dirty)
    }

    package var description: String {
        "Rss \(resident) KiB, Pss \(proportional) KiB, private dirty \(privateDirty) KiB"
    }
}
