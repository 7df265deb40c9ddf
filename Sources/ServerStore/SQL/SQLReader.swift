/// Reads within one consistent view of the store.
///
/// Valid only inside the closure that received it. Placeholders are `$1`, `$2`, … and may repeat; SQL is what SQLite and
/// PostgreSQL both speak (`bigint` microseconds, JSON as text, `ON CONFLICT`, `RETURNING`).
package protocol SQLReader {
    /// Every row. Callers bound the result with `LIMIT`; it is collected before the call returns.
    func query(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow]
}

extension SQLReader {
    package func query(_ sql: String) throws -> [SQLRow] { try query(sql, []) }

    package func first(_ sql: String, _ arguments: [SQLValue] = []) throws -> SQLRow? {
        try query(sql, arguments).first
    }
}
