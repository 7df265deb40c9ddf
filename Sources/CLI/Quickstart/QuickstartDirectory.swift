import Foundation

/// The quickstart's directory, before anything is written in it.
enum QuickstartDirectory {
    /// Makes it. Throws when it cannot be made or written, or when the server of another quickstart works in it.
    static func take(_ place: QuickstartPlace) throws(CLIError) {
        var path = ""
        for part in place.root.split(separator: "/") {
            path += "/" + part
            guard mkdir(path, 0o755) != 0, errno != EEXIST else { continue }
            let reason = String(cString: strerror(errno))
            // A directory above that is there, on a file system that cannot be written.
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue {
                continue
            }
            throw CLIError(.invalidInput, "--dir \(place.root): \(path) cannot be made: \(reason)")
        }
        guard access(place.root, W_OK) == 0 else {
            throw CLIError(.invalidInput, "--dir \(place.root): \(String(cString: strerror(errno)))")
        }
        if let user = user(of: place.path("server/server.lock")) {
            throw CLIError(
                .conflict,
                "--dir \(place.root) is in use by another quickstart (its server is process \(user)); end that one, or say another --dir"
            )
        }
    }

    /// The process that holds the server's lock; nil when none does.
    static func user(of lock: String) -> String? {
        let descriptor = open(lock, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        let text = (try? String(contentsOfFile: lock, encoding: .utf8)) ?? ""
        let pid = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return pid.isEmpty ? "unknown" : pid
    }
}
