import Foundation

/// Files of one directory that nobody but the owner may read.
struct SecretFiles {
    let directory: URL

    func createDirectory() throws {
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: directory.appendingPathComponent(name).path)
    }

    func read(_ name: String) throws -> String {
        try String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)
    }

    /// Writes whole or not at all, 0600 from the first byte.
    func write(_ name: String, _ text: String) throws {
        let target = directory.appendingPathComponent(name).path
        let draft = target + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw PKIError(.failed, "\(draft): \(String(cString: strerror(errno)))") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.synchronize()
        try handle.close()
        guard rename(draft, target) == 0 else {
            throw PKIError(.failed, "\(target): \(String(cString: strerror(errno)))")
        }
    }
}
