package import DeviceProtocol
import DurableFiles
import Failpoints
import Glibc

/// The identity that is to replace the device's: key, certificate and, for a clone that gets an identity of its own, uid,
/// in `identity/next`, until a server has answered it.
///
/// Survives `kill -9` at any instruction: see `recover`.
package struct IdentityCandidate: Sendable {
    private let current: IdentityFiles
    /// Its files, of the same names.
    package let files: IdentityFiles

    package init(of current: IdentityFiles) {
        self.current = current
        files = IdentityFiles(directory: current.directory + "/next")
    }

    /// Whether there is one that can be tried.
    package var isComplete: Bool { files.isEnrolled && access(files.keyPath, R_OK) == 0 }

    /// The uid it would give the device; nil when it keeps its own.
    package var newUID: DeviceUID? { try? files.uid() }

    /// Makes its key; a key that was made before is kept, so that asking again costs nothing. `uid` is set for an
    /// identity of its own.
    package func prepare(uid: DeviceUID? = nil) throws {
        if newUID != uid { try discard() }
        try FileBytes.makeDirectory(files.directory)
        if let uid { try FileBytes.replace(files.uidPath, with: Array("\(uid)\n".utf8), mode: 0o600) }
        try files.makeKey()
    }

    /// Puts it in the place of the device's identity.
    package func promote() throws {
        // The order matters to `recover`: once the key has moved, the rest must follow.
        try move(files.keyPath, current.keyPath)
        Failpoint.keyPromoted.pass()
        try recover()
    }

    /// Ends a promotion that was interrupted; to be called before the identity is used.
    package func recover() throws {
        guard access(files.keyPath, F_OK) != 0, files.isEnrolled else { return }
        let certificate = try FileBytes.required(files.certificatePath, limit: 64 << 10)
        guard try current.matches(certificate: certificate) else { return try discard() }
        if access(files.uidPath, F_OK) == 0 { try move(files.uidPath, current.uidPath) }
        try move(files.certificatePath, current.certificatePath)
    }

    /// Forgets it.
    package func discard() throws {
        // The certificate first: without it nothing is tried or promoted.
        for path in [files.certificatePath, files.keyPath, files.uidPath] {
            guard unlink(path) == 0 || errno == ENOENT else {
                throw AgentError("\(path): \(String(cString: strerror(errno)))")
            }
        }
    }

    private func move(_ from: String, _ to: String) throws {
        guard rename(from, to) == 0 else { throw AgentError("\(to): \(String(cString: strerror(errno)))") }
        for directory in [current.directory, files.directory] { try FileBytes.sync(directory: directory) }
    }
}
