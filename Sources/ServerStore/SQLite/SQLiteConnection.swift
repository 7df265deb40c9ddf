import GRDB
import GRDBSQLite

/// One connection for the time of one closure.
///
/// Values are bound and read through SQLite's own interface on GRDB's cached statements, which measures within a few
/// percent of plain C; GRDB keeps the connections, the transactions and the statement cache.
struct SQLiteConnection: SQLTransaction {
    let database: Database
    let texts: StatementTexts

    func query(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
        try withStatement(sql) { statement, text in
            try bind(arguments, to: statement, sql)
            guard try step(statement) else { return [] }
            // Not before the first step, which makes the statement anew when the tables were changed.
            let count = sqlite3_column_count(statement)
            let columns = text.columns(count: Int(count)) {
                (0..<count).map { String(cString: sqlite3_column_name(statement, $0)) }
            }
            var rows: [SQLRow] = []
            repeat {
                rows.append(
                    SQLRow(columns: columns, values: (0..<count).map { SQLiteBinding.column($0, of: statement) }))
            } while try step(statement)
            return rows
        }
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try assertTransaction()
        return try withStatement(sql) { statement, _ in
            try bind(arguments, to: statement, sql)
            while try step(statement) {}
            return Int(sqlite3_changes(database.sqliteConnection))
        }
    }

    /// The statement is looked up once for all rows, which costs about as much as a row.
    func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws -> Int {
        guard !rows.isEmpty else { return 0 }
        try assertTransaction()
        return try withStatement(sql) { statement, _ in
            var changed = 0
            for row in rows {
                try bind(row, to: statement, sql)
                while try step(statement) {}
                changed += Int(sqlite3_changes(database.sqliteConnection))
                sqlite3_reset(statement)
            }
            return changed
        }
    }

    /// By statements that are kept: GRDB's own compiles them anew each time, which costs as much as a row.
    func savepoint<T>(_ body: () throws -> T) throws -> T {
        _ = try execute("SAVEPOINT submission", [])
        do {
            let value = try body()
            _ = try execute("RELEASE submission", [])
            return value
        } catch {
            // Where SQLite ended the whole transaction there is nothing left to undo. What cannot be undone alone takes the rest with it.
            if isInTransaction {
                do {
                    _ = try execute("ROLLBACK TO submission", [])
                    _ = try execute("RELEASE submission", [])
                } catch {
                    _ = try? execute("ROLLBACK", [])
                }
            }
            throw error
        }
    }

    /// SQLite ends a transaction by itself on some errors (no space, I/O); a write after that would commit alone.
    private func assertTransaction() throws(StoreError) {
        guard isInTransaction else {
            throw StoreError(.unavailable, "the transaction was rolled back by an earlier error")
        }
    }

    private var isInTransaction: Bool { sqlite3_get_autocommit(database.sqliteConnection) == 0 }

    private func withStatement<T>(
        _ sql: String, _ body: (OpaquePointer, StatementTexts.Text) throws -> T
    ) throws -> T {
        let text = texts.text(sql)
        let statement: OpaquePointer
        do {
            statement = try database.cachedStatement(sql: text.native).sqliteStatement
        } catch let error as DatabaseError {
            throw StoreError(
                sqlite: error.resultCode.rawValue, "\(error.message ?? "SQL error") in: \(sql)", cause: error)
        }
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        return try body(statement, text)
    }

    private func bind(_ arguments: [SQLValue], to statement: OpaquePointer, _ sql: String) throws {
        guard Int(sqlite3_bind_parameter_count(statement)) == arguments.count else {
            throw StoreError(.invalid, "the statement does not take \(arguments.count) arguments: \(sql)")
        }
        for (index, value) in arguments.enumerated() {
            guard SQLiteBinding.bind(value, at: Int32(index + 1), of: statement) == SQLITE_OK else { throw failure() }
        }
    }

    /// True while there is a row.
    private func step(_ statement: OpaquePointer) throws -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure()
        }
    }

    private func failure() -> StoreError {
        let connection = database.sqliteConnection
        let message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "SQLite failed"
        return StoreError(sqlite: sqlite3_errcode(connection), message)
    }
}
