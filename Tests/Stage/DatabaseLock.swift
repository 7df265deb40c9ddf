import CSQLite
import Foundation

/// Holds an SQLite file, so that no other process can write it, until it is released.
package final class DatabaseLock {
    private var handle: OpaquePointer?

    package init(_ database: StageDatabase) throws {
        let code = sqlite3_open_v2(database.path, &handle, SQLITE_OPEN_READWRITE, nil)
        sqlite3_busy_timeout(handle, 5_000)
        guard code == SQLITE_OK, sqlite3_exec(handle, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK else {
            throw NotInTime(description: "\(database.path): \(String(cString: sqlite3_errmsg(handle)))")
        }
    }

    deinit { release() }

    package func release() {
        guard let held = handle else { return }
        handle = nil
        sqlite3_exec(held, "ROLLBACK", nil, nil, nil)
        sqlite3_close_v2(held)
    }
}
