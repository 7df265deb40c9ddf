internal import FoundationEssentials
internal import Glibc

/// nginx's master, whose number is in its file.
package struct MasterProcess: Sendable, Hashable {
    package let pid: Int32
    /// UTC microseconds: when the file was written, which nginx does when it starts and not when it reloads.
    package let startTime: Int64

    /// Nil when none runs.
    package init?(pidFile: String) {
        var status = stat()
        guard stat(pidFile, &status) == 0, let pid = Int32(Self.text(pidFile).prefix(while: \.isNumber)), pid > 1,
            Self.isMaster(title: Self.text("/proc/\(pid)/cmdline"))
        else { return nil }
        self.pid = pid
        startTime = Int64(status.st_mtim.tv_sec) * 1_000_000 + Int64(status.st_mtim.tv_nsec) / 1000
    }

    /// A number may be used again by something else. A process that ended and was not collected has no title.
    package static func isMaster(title: String) -> Bool { title.hasPrefix("nginx: master process") }

    /// Processes that serve requests; those that only finish what they began under a former configuration are others.
    package var workers: Set<Int32> {
        let children = Self.text("/proc/\(pid)/task/\(pid)/children").split(separator: " ").compactMap { Int32($0) }
        return Set(children.filter { Self.isWorker(title: Self.text("/proc/\($0)/cmdline")) })
    }

    package static func isWorker(title: String) -> Bool {
        title.hasPrefix("nginx: worker process") && !title.contains("is shutting down")
    }

    private static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
