import DurableFiles
import Glibc

/// The token that was left for a device to join with: by an installation package, or by the host's owner. Who can read it
/// can join, so it has to be for its owner alone, and is erased once it has served.
package struct EnrollmentTokenFile: Sendable {
    package static let maximumBytes = 4_096

    package let path: String

    package init(_ path: String) { self.path = path }

    /// The token; nil when there is no file. Throws when others can read the file, or it is somebody else's, or empty.
    package func read() throws -> String? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw SystemError("stat \(path)", errno) }
            return nil
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw AgentError("\(path): expected a plain file") }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw AgentError("\(path): expected to be owned by root or uid \(geteuid()), got uid \(status.st_uid)")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw AgentError("\(path): expected mode 0600, got 0\(mode): others could join with it (chmod 600 \(path))")
        }
        return try Self.token(in: FileBytes.required(path, limit: Self.maximumBytes), of: path)
    }

    /// The token. Throws when there is none, too.
    package func required() throws -> String {
        guard let token = try read() else {
            throw AgentError(
                "this device is not enrolled and \(path) is missing; put a token there (mode 0600), or run \"martlet-agent enroll --token-file FILE\""
            )
        }
        return token
    }

    /// The first word of a file's content.
    package static func token(in bytes: [UInt8], of path: String) throws -> String {
        guard let token = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).first else {
            throw AgentError("\(path): expected an enrolment token, got nothing")
        }
        return String(token)
    }

    /// Overwrites and removes it, durably; returns false when there is none.
    @discardableResult
    package func erase() throws -> Bool {
        let descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else {
            guard errno == ENOENT || errno == ENOTDIR else { throw SystemError("open \(path)", errno) }
            return false
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw AgentError("\(path): expected a plain file")
        }
        let blank = [UInt8](repeating: 0, count: min(Int(status.st_size), Self.maximumBytes))
        guard write(descriptor, blank, blank.count) == blank.count, fsync(descriptor) == 0 else {
            throw SystemError("overwrite \(path)", errno)
        }
        guard unlink(path) == 0 else { throw SystemError("remove \(path)", errno) }
        try FileBytes.sync(directory: path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
        return true
    }
}
