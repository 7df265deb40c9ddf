import Glibc

/// Keeps two agents from working on one data directory. Released when the process ends, however it ends.
package struct DataDirectoryLock: Sendable {
    private let descriptor: Int32

    package init(directory: String) throws {
        let path = directory + "/agent.lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw AgentError("\(path): \(String(cString: strerror(errno)))") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw AgentError(
                "\(directory) is in use by another martlet-agent; stop it first or choose another dataDirectory")
        }
    }
}
