import Foundation
import GRDB

/// Copies of a SQLite store's file.
package enum SQLiteBackup {
    /// Copies the database at `source`, as of one moment, while others read and write it, to a new file (0600).
    ///
    /// The copy appears whole or not at all, and needs no log beside it. `source` is only read with `readOnly`, which takes
    /// a database that nobody writes. Throws `StoreError`: `invalid` when `target` exists or `source` is no database.
    package static func copy(from source: String, to target: String, readOnly: Bool = false) throws(StoreError) {
        guard !FileManager.default.fileExists(atPath: target) else {
            throw StoreError(.invalid, "\(target) exists already; name a new file")
        }
        guard FileManager.default.fileExists(atPath: source) else {
            throw StoreError(.invalid, "\(source): there is no such file")
        }
        let partial = "\(target).partial-\(getpid())"
        remove(partial)
        do {
            try write(from: source, to: partial, readOnly: readOnly)
            try sync(partial)
            // Refuses a target that has come meanwhile.
            guard link(partial, target) == 0 else { throw StoreError(.unavailable, failure(target)) }
            remove(partial)
            try sync(directory(of: target))
        } catch {
            remove(partial)
            if let error = error as? StoreError { throw error }
            guard let error = error as? DatabaseError else { throw StoreError(.unavailable, "\(target): \(error)") }
            let reason = error.resultCode == .SQLITE_FULL ? "the disk is full" : error.message ?? "not copied"
            throw StoreError(sqlite: error.resultCode.rawValue, "\(source) to \(target): \(reason)", cause: error)
        }
    }

    /// Removes a database of ours with its logs.
    package static func remove(_ path: String) {
        for rest in ["", "-wal", "-shm", "-journal"] { _ = unlink(path + rest) }
    }

    /// Throws `damaged` unless the database at `path` is sound.
    package static func check(_ path: String) throws(StoreError) {
        let problems: [String]
        do {
            let database = try DatabaseQueue(path: path)
            problems = try database.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(10)") }
            try database.close()
        } catch { throw StoreError(.damaged, "\(path): \(error)", cause: error) }
        guard problems == ["ok"] else {
            throw StoreError(.damaged, "\(path): \(problems.prefix(3).joined(separator: "; "))")
        }
    }

    private static func write(from source: String, to partial: String, readOnly: Bool) throws {
        let descriptor = open(partial, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(.unavailable, failure(partial)) }
        close(descriptor)
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        let copy = try DatabaseQueue(path: partial, configuration: configuration)
        configuration.readonly = readOnly
        let original = try DatabaseQueue(path: source, configuration: configuration)
        // All pages in one step: a step at a time would start anew with every commit of a busy server.
        try original.backup(to: copy, pagesPerStep: -1)
        // A copy that is read from a folder that cannot be written must not need a log.
        try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
        try copy.close()
        try original.close()
        try check(partial)
    }

    private static func sync(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(.unavailable, failure(path)) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(.unavailable, failure(path)) }
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func failure(_ path: String) -> String { "\(path): \(String(cString: strerror(errno)))" }

    /// Puts `copy` in the place of the database at `path`, which nobody may have open; the old one is kept at `aside`,
    /// which must not exist. The owner stays: a restore by root is for the service's user.
    package static func replace(_ path: String, with copy: String, keeping aside: String) throws(StoreError) {
        // What stands in a log belongs to its file: a file that is moved leaves its log behind.
        do { try foldLog(of: copy) } catch { throw StoreError(.unavailable, "\(copy): \(error)", cause: error) }
        try check(copy)
        try keepOwner(of: path, on: copy)
        if FileManager.default.fileExists(atPath: path) {
            guard !FileManager.default.fileExists(atPath: aside) else {
                throw StoreError(.invalid, "\(aside) exists already; move it away")
            }
            _ = unlink(aside + "-wal")
            // Too damaged to be opened: its log is kept beside it as it is.
            do { try foldLog(of: path) } catch { _ = rename(path + "-wal", aside + "-wal") }
            guard link(path, aside) == 0 else { throw StoreError(.unavailable, failure(aside)) }
        }
        for rest in ["-wal", "-shm"] { _ = unlink(path + rest) }
        guard rename(copy, path) == 0 else { throw StoreError(.unavailable, failure(path)) }
        try sync(directory(of: path))
    }

    private static func keepOwner(of path: String, on copy: String) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 || stat(directory(of: path), &status) == 0 else {
            throw StoreError(.unavailable, failure(path))
        }
        guard chown(copy, status.st_uid, status.st_gid) == 0 else { throw StoreError(.unavailable, failure(copy)) }
    }

    private static func foldLog(of path: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try database.close()
    }
}
