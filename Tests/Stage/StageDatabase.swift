import CSQLite
import Foundation

/// An SQLite file of ours, read from outside: its process may run, be stopped or be dead.
package struct StageDatabase: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    /// The first column of every row, as bytes.
    package func blobs(_ sql: String) throws -> [[UInt8]] {
        try rows(sql) { statement in
            let count = Int(sqlite3_column_bytes(statement, 0))
            guard count > 0, let bytes = sqlite3_column_blob(statement, 0) else { return [] }
            return Array(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }

    /// The first column of every row, as numbers.
    package func numbers(_ sql: String) throws -> [Int64] { try rows(sql) { sqlite3_column_int64($0, 0) } }

    /// The first column of the first row.
    package func number(_ sql: String) throws -> Int64 { try rows(sql) { sqlite3_column_int64($0, 0) }.first ?? 0 }

    /// Puts all of the write-ahead log into the file; for a file that nobody has open.
    package func truncateLog() throws { try change("PRAGMA wal_checkpoint(TRUNCATE)") }

    /// Waits for whoever else is writing.
    package func change(_ sql: String) throws {
        var opened: OpaquePointer?
        defer { sqlite3_close_v2(opened) }
        guard sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else { throw error(opened) }
        sqlite3_busy_timeout(opened, 30_000)
        guard sqlite3_exec(opened, sql, nil, nil, nil) == SQLITE_OK else { throw error(opened) }
    }

    private func rows<T>(_ sql: String, _ row: (OpaquePointer) -> T) throws -> [T] {
        var opened: OpaquePointer?
        defer { sqlite3_close_v2(opened) }
        guard sqlite3_open_v2(path, &opened, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else { throw error(opened) }
        sqlite3_busy_timeout(opened, 2_000)
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(opened, sql, -1, &prepared, nil) == SQLITE_OK, let statement = prepared else {
            throw error(opened)
        }
        defer { sqlite3_finalize(statement) }
        var rows: [T] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: rows.append(row(statement))
            case SQLITE_DONE: return rows
            default: throw error(opened)
            }
        }
    }

    private func error(_ handle: OpaquePointer?) -> NotInTime {
        NotInTime(description: "\(path): \(handle.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory")")
    }
}
