import AgentPlugins
import DurableFiles
import Glibc

/// Processes as a test sees them.
enum Process {
    /// Collected: there is no such process at all.
    static func isGone(_ pid: Int32) -> Bool { Glibc.kill(pid, 0) != 0 && errno == ESRCH }

    /// Ended, also when nobody has collected it: init does not in every container.
    static func isOver(_ pid: Int32) -> Bool { stat(of: pid).first.map { $0 == "Z" } ?? true }

    static func parent(of pid: Int32) -> Int32? { stat(of: pid).dropFirst().first.flatMap { Int32($0) } }

    static func session(of pid: Int32) -> Int32 { getsid(pid) }

    static func kill(_ pid: Int32, _ signal: Int32 = SIGKILL) -> Int32 { Glibc.kill(pid, signal) }

    /// The words of /proc/PID/stat behind the name.
    private static func stat(of pid: Int32) -> [Substring] {
        let text = (try? FileBytes.read("/proc/\(pid)/stat")).flatMap { $0 } ?? []
        return String(decoding: text, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    }
}
