import Foundation
import ServerCore

/// Keeps two servers from working on one data directory, and tells the commands where the server is.
struct ServerLock: Sendable {
    private static func path(_ configuration: ServerConfiguration) -> String {
        configuration.dataDirectory + "/server.lock"
    }

    /// Held until the process ends.
    init(_ configuration: ServerConfiguration) throws {
        let path = Self.path(configuration)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CoreError(.unavailable, "\(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw CoreError(.conflict, "\(configuration.dataDirectory) is in use by another martlet-server")
        }
        let text = "\(getpid())\n"
        guard ftruncate(descriptor, 0) == 0, write(descriptor, text, text.utf8.count) == text.utf8.count else {
            throw CoreError(.unavailable, "\(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Tells a running server that the store was changed by a command; false when none runs.
    static func signalRunningServer(_ configuration: ServerConfiguration) -> Bool {
        let descriptor = open(path(configuration), O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // Only a live server holds the lock: its number cannot have been given to another process.
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return false }
        guard let text = try? String(contentsOfFile: path(configuration), encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1
        else { return false }
        return kill(pid, SIGHUP) == 0
    }
}
