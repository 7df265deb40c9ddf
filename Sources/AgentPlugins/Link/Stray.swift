internal import DurableFiles
internal import Glibc

/// Processes that a plugin started and its host left behind, found by what their environment has from the host.
enum Stray {
    private static let variable = "MARTLET_HOST="

    /// What a host's environment says: whose it is, and which. Children inherit it.
    static func mark(dataDirectory: String, host: String) -> String { "\(variable)\(dataDirectory):\(host)" }

    /// What every host of an agent with this data directory has in common.
    static func anyMark(dataDirectory: String) -> String { "\(variable)\(dataDirectory):" }

    /// Ends whatever carries a mark that begins so. Again, until nothing is found: a process may be forking meanwhile.
    static func end(_ mark: String, isPrefix: Bool = false) {
        for _ in 0..<16 {
            let found = FolderNames.of("/proc").compactMap { Int32($0) }.filter { pid in
                pid > 1 && pid != getpid() && carries(mark, isPrefix, environment: environment(of: pid))
            }
            if found.isEmpty { return }
            for pid in found { kill(pid, SIGKILL) }
        }
    }

    /// Whether an environment, as /proc shows it, has the mark.
    static func carries(_ mark: String, _ isPrefix: Bool, environment: [UInt8]) -> Bool {
        environment.split(separator: 0).contains { isPrefix ? $0.starts(with: mark.utf8) : $0.elementsEqual(mark.utf8) }
    }

    private static func environment(of pid: Int32) -> [UInt8] {
        (try? FileBytes.read("/proc/\(pid)/environ")).flatMap { $0 } ?? []
    }
}
