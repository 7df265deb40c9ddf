/// Reads and writes within one transaction, which commits when the closure that received it returns and rolls back when
/// it throws. Valid only inside that closure.
package protocol SQLTransaction: SQLReader {
    /// Returns the number of rows changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// One statement for every row of arguments. Returns the number of rows changed in all.
    @discardableResult
    func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws -> Int

    /// What `body` wrote is undone when it throws; what was written before stays.
    @discardableResult
    func savepoint<T>(_ body: () throws -> T) throws -> T
}

extension SQLTransaction {
    @discardableResult
    package func execute(_ sql: String) throws -> Int { try execute(sql, []) }

    @discardableResult
    package func executeBatch(_ sql: String, _ rows: [[SQLValue]]) throws -> Int {
        try rows.reduce(0) { try $0 + execute(sql, $1) }
    }
}
