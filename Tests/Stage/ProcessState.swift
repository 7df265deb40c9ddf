import Foundation

/// A process of somebody, by number.
package enum ProcessState {
    /// The letter of /proc/PID/stat; nil when there is no such process.
    package static func letter(of pid: Int32) -> Character? { words(of: "/proc/\(pid)/stat")?.first?.first }

    /// Stops it wholly: no thread runs when this returns.
    package static func stop(_ pid: Int32) async throws {
        guard kill(pid, SIGSTOP) == 0 else { throw NotInTime(description: "process \(pid) is gone") }
        try await eventually("process \(pid) is stopped", within: 10) { isStopped(pid) }
    }

    /// All of its threads: that of the number is often the first, while another one ends a write to a busy disk.
    private static func isStopped(_ pid: Int32) -> Bool {
        let folder = "/proc/\(pid)/task"
        guard let threads = try? FileManager.default.contentsOfDirectory(atPath: folder), !threads.isEmpty else {
            return false
        }
        // One that ended since the folder was read stops nobody.
        return threads.allSatisfy { words(of: "\(folder)/\($0)/stat").map { $0.first?.first == "T" } ?? true }
    }

    /// Ended, also when nobody has collected it.
    package static func isOver(_ pid: Int32) -> Bool { letter(of: pid).map { $0 == "Z" } ?? true }

    /// What follows the name in /proc/PID/stat: state, parent, group, session, …
    package static func words(of pid: Int32) -> [Substring]? { words(of: "/proc/\(pid)/stat") }

    private static func words(of path: String) -> [Substring]? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
