import Glibc

/// Processes as a test sees them.
enum Process {
    static func isGone(_ pid: Int32) -> Bool { kill(pid, 0) != 0 && errno == ESRCH }

    static func kill(_ pid: Int32, _ signal: Int32 = SIGKILL) -> Int32 { Glibc.kill(pid, signal) }
}
