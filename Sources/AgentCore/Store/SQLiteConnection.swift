import CSQLite
import Failpoints

/// One connection to a SQLite file, with cached statements. Not for use from two threads at once: an actor owns it.
///
/// Every commit is on the disk when it returns (`synchronous=FULL`).
package final class SQLiteConnection {
    let handle: OpaquePointer
    private let path: String
    private var statements: [String: OpaquePointer] = [:]
    /// Why the file could not be used when that was last tried; nil again once something was written.
    private(set) var fault: SQLiteError?
    /// Asked before each commit; nil for a database that commits whenever it is told to.
    var gate: CommitGate?
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Once, before the first connection. Too late where others opened one before, which costs nothing but locks.
    private static let isConfigured = csqlite_without_statistics() == SQLITE_OK

    /// `isSmall`: of many in one process, each with little in it.
    package init(path: String, isSmall: Bool = false) throws(SQLiteError) {
        _ = Self.isConfigured
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(
            path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let opened else {
            let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory"
            sqlite3_close_v2(opened)
            throw SQLiteError(code: code, message: "\(path): \(reason)")
        }
        handle = opened
        self.path = path
        sqlite3_busy_timeout(handle, 5_000)
        sqlite3_extended_result_codes(handle, 1)
        if isSmall { csqlite_without_lookaside(handle) }
        let synchronous = WeakenedStorage.synchronous ?? "FULL"
        try script(
            """
            PRAGMA journal_mode=WAL; PRAGMA synchronous=\(synchronous); PRAGMA cache_size=-256; PRAGMA foreign_keys=ON;
            """)
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    package func script(_ sql: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// Runs one statement without rows.
    package func run(_ sql: String, _ parameters: [SQLiteValue] = []) throws(SQLiteError) {
        try rows(sql, parameters) { _ in }
    }

    /// Rows changed by the last statement.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// Calls `body` for each row.
    package func rows(_ sql: String, _ parameters: [SQLiteValue] = [], _ body: (SQLiteRow) -> Void) throws(SQLiteError)
    {
        let statement = try prepare(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (index, value) in parameters.enumerated() { bind(value, to: statement, at: Int32(index + 1)) }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw error(code) }
            body(SQLiteRow(statement: statement))
        }
    }

    /// The first column of the first row.
    func value(_ sql: String, _ parameters: [SQLiteValue] = []) throws(SQLiteError) -> Int64? {
        var found: Int64?
        try rows(sql, parameters) { if found == nil { found = $0.integer(0) } }
        return found
    }

    /// All or nothing, durable on return.
    package func transaction<T>(_ body: () throws -> T) throws -> T {
        try run("BEGIN IMMEDIATE")
        let before = sqlite3_total_changes(handle)
        do {
            let result = try body()
            try run("COMMIT")
            if sqlite3_total_changes(handle) != before { fault = nil }
            return result
        } catch {
            try? script("ROLLBACK")
            throw error
        }
    }

    /// Frees what it makes anew when it is needed: prepared statements, and the pages it holds. Not within a transaction, nor
    /// while rows are read.
    func rest() {
        for statement in statements.values { sqlite3_finalize(statement) }
        statements = [:]
        sqlite3_db_release_memory(handle)
    }

    private func prepare(_ sql: String) throws(SQLiteError) -> OpaquePointer {
        if let cached = statements[sql] { return cached }
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code) }
        statements[sql] = statement
        return statement
    }

    private func bind(_ value: SQLiteValue, to statement: OpaquePointer, at index: Int32) {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .text(let text): sqlite3_bind_text(statement, index, text, Int32(text.utf8.count), Self.transient)
        case .blob(let bytes):
            if bytes.isEmpty {
                sqlite3_bind_zeroblob(statement, index, 0)
            } else {
                sqlite3_bind_blob(statement, index, bytes, Int32(bytes.count), Self.transient)
            }
        }
    }

    func error(_ code: Int32) -> SQLiteError {
        let error = SQLiteError(code: code, message: "\(path): \(String(cString: sqlite3_errmsg(handle)))")
        if error.isOfTheFile { fault = error }
        return error
    }
}
