import GRDB
import GRDBSQLite

extension StoreError {
    /// `code` may be an extended result code.
    init(sqlite code: Int32, _ message: String, cause: (any Error)? = nil) {
        let kind: Code =
            switch code & 0xFF {
            case SQLITE_CONSTRAINT: .conflict
            case SQLITE_FULL: .full
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_CANTOPEN, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_INTERRUPT: .unavailable
            case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
            default: .invalid
            }
        self.init(kind, message, cause: cause)
    }

    /// Errors that GRDB raises itself (begin, commit, opening) in our words; others pass.
    static func translating<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw StoreError(sqlite: error.resultCode.rawValue, error.message ?? "SQLite failed", cause: error)
        }
    }
}
