import Foundation

/// A process of somebody, by number.
enum ProcessState {
    /// The letter of /proc/PID/stat; nil when there is no such process.
    static func letter(of pid: pid_t) -> Character? { words(of: pid)?.first?.first }

    /// Stops it wholly: no thread runs when this returns.
    static func stop(_ pid: pid_t) async throws {
        guard kill(pid, SIGSTOP) == 0 else { throw NotInTime(description: "process \(pid) is gone") }
        try await eventually("process \(pid) is stopped", within: 10) { letter(of: pid) == "T" }
    }

    /// Ended, also when nobody has collected it.
    static func isOver(_ pid: pid_t) -> Bool { letter(of: pid).map { $0 == "Z" } ?? true }

    /// What follows the name in /proc/PID/stat: state, parent, group, session, …
    static func words(of pid: pid_t) -> [Substring]? {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
