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

    /// Errors that GRDB raises itself (begin, commit, opening) in our words, and those of the file with its path and what
    /// helps; others pass.
    static func translating<T>(_ path: String, _ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as DatabaseError {
            let own = StoreError(sqlite: error.resultCode.rawValue, error.message ?? "SQLite failed", cause: error)
            throw own.of(path)
        } catch let error as StoreError {
            throw error.of(path)
        }
    }

    /// With the file and what helps, when it is the file that cannot be used.
    func of(_ path: String) -> StoreError {
        guard let remedy, !message.contains(remedy) else { return self }
        let named = message.contains(path) ? message : "\(path): \(message)"
        return StoreError(code, "\(named); \(remedy)", cause: cause)
    }

    private var remedy: String? {
        switch code {
        case .full: "free space on its file system"
        case .damaged: "restore a backup"
        case .unavailable where message.contains("I/O"):
            "free space on its file system, or see the kernel's log for what is wrong with it"
        case .unavailable where message.contains("locked"): "another process holds it: end that (fuser shows which)"
        case .unavailable where message.contains("open"):
            "its folder must be there, and this process needs a free descriptor (LimitNOFILE)"
        default: nil
        }
    }
}
