import Foundation
import GRDB

/// Copies of a SQLite store's file.
package enum SQLiteBackup {
    /// Copies the database at `source`, as of one moment, while others read and write it, to a new file (0600).
    ///
    /// The copy appears whole or not at all. `progress` gets pages done and pages in all. Throws `StoreError`: `invalid`
    /// when `target` exists or `source` is no database.
    package static func copy(
        from source: String, to target: String, progress: ((Int, Int) -> Void)? = nil
    ) throws(StoreError) {
        guard !FileManager.default.fileExists(atPath: target) else {
            throw StoreError(.invalid, "\(target) exists already; name a new file")
        }
        guard FileManager.default.fileExists(atPath: source) else {
            throw StoreError(.invalid, "\(source): there is no such file")
        }
        let partial = target + ".partial"
        try? FileManager.default.removeItem(atPath: partial)
        do {
            try write(from: source, to: partial, progress)
            try sync(partial)
            guard rename(partial, target) == 0 else { throw StoreError(.unavailable, failure(target)) }
            try sync((target as NSString).deletingLastPathComponent)
        } catch {
            for file in [partial, partial + "-wal", partial + "-shm"] {
                try? FileManager.default.removeItem(atPath: file)
            }
            if let error = error as? StoreError { throw error }
            guard let error = error as? DatabaseError else { throw StoreError(.unavailable, "\(target): \(error)") }
            throw StoreError(
                sqlite: error.resultCode.rawValue, "\(source) to \(target): \(error.message ?? "not copied")",
                cause: error)
        }
    }

    private static func write(from source: String, to partial: String, _ progress: ((Int, Int) -> Void)?) throws {
        let descriptor = open(partial, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(.unavailable, failure(partial)) }
        close(descriptor)
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        let original = try DatabaseQueue(path: source, configuration: configuration)
        let copy = try DatabaseQueue(path: partial, configuration: configuration)
        // All pages in one step: a step at a time would start anew with every commit of a busy server.
        try original.backup(to: copy, pagesPerStep: -1) { progress?($0.completedPageCount, $0.totalPageCount) }
        let problems = try copy.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(10)") }
        guard problems == ["ok"] else {
            throw StoreError(.damaged, "\(source): the copy is damaged: \(problems.prefix(3).joined(separator: "; "))")
        }
        try copy.close()
        try original.close()
    }

    private static func sync(_ path: String) throws(StoreError) {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(.unavailable, failure(path)) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(.unavailable, failure(path)) }
    }

    private static func failure(_ path: String) -> String { "\(path): \(String(cString: strerror(errno)))" }

    /// Puts `copy` in the place of the database at `path`, which nobody may have open; the old one is kept at `aside`.
    package static func replace(_ path: String, with copy: String, keeping aside: String) throws(StoreError) {
        do { try foldLog(of: copy) } catch { throw StoreError(.unavailable, "\(copy): \(error)", cause: error) }
        if FileManager.default.fileExists(atPath: path) {
            // Too damaged to be opened: its log is kept beside it as it is.
            do { try foldLog(of: path) } catch { _ = rename(path + "-wal", aside + "-wal") }
            _ = unlink(aside)
            guard link(path, aside) == 0 else { throw StoreError(.unavailable, failure(aside)) }
        }
        for rest in ["-wal", "-shm"] { _ = unlink(path + rest) }
        guard rename(copy, path) == 0 else { throw StoreError(.unavailable, failure(path)) }
        try sync((path as NSString).deletingLastPathComponent)
    }

    /// Brings what stands in the write-ahead log into the file: a file that is moved leaves its log behind.
    private static func foldLog(of path: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try database.close()
    }
}
