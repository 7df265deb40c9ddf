package import DeviceProtocol
import Foundation
import Synchronization

/// The devices that were revoked, one a line in a file beside the database, so that a database that is deleted or
/// restored from a backup does not revive a stolen key. A uid that is in it never comes back, whatever the store says.
///
/// Thread-safe.
package final class RevocationFile: Sendable {
    private let path: String?
    private let revoked: Mutex<Set<DeviceUID>>

    /// Kept in memory only.
    package init() {
        path = nil
        revoked = Mutex([])
    }

    /// Throws when the file is there and cannot be read, or holds what is no uid: guessing would let somebody in.
    package init(path: String) throws(CoreError) {
        self.path = path
        revoked = Mutex(try Self.read(path))
    }

    package func contains(_ device: DeviceUID) -> Bool { revoked.withLock { $0.contains(device) } }
    package var all: Set<DeviceUID> { revoked.withLock { $0 } }

    /// Takes up what another process wrote.
    package func reload() throws(CoreError) {
        guard let path else { return }
        let found = try Self.read(path)
        revoked.withLock { $0.formUnion(found) }
    }

    /// Durable when it returns.
    package func add(_ device: DeviceUID) throws(CoreError) {
        if let path, !contains(device) { try Self.append(device, to: path) }
        revoked.withLock { _ = $0.insert(device) }
    }

    private static func read(_ path: String) throws(CoreError) -> Set<DeviceUID> {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw CoreError(.unavailable, "\(path): cannot be read: \(error)", cause: error)
        }
        var found: Set<DeviceUID> = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            guard let device = DeviceUID(line) else {
                throw CoreError(.invalid, "\(path): line \(index + 1): expected a device's uid, got \"\(line)\"")
            }
            found.insert(device)
        }
        return found
    }

    private static func append(_ device: DeviceUID, to path: String) throws(CoreError) {
        func failure() -> CoreError { CoreError(.unavailable, "\(path): \(String(cString: strerror(errno)))") }
        let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { throw failure() }
        let size = lseek(descriptor, 0, SEEK_END)
        var last: UInt8 = 0x0A
        if size > 0 { _ = pread(descriptor, &last, 1, size - 1) }
        let line = (last == 0x0A ? "" : "\n") + "\(device)\n"
        guard write(descriptor, line, line.utf8.count) == line.utf8.count, fsync(descriptor) == 0 else {
            let error = failure()
            _ = ftruncate(descriptor, size)
            throw error
        }
        guard size == 0 else { return }
        let directory = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure() }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure() }
    }
}
