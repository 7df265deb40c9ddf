import AgentCore
import Synchronization

/// The stores of a crew's devices while they do not run: one database, a row for each.
///
/// A running device has its store in memory; what happened since the start is lost when the process is killed. Thread-safe.
final class FleetArchive: Sendable {
    private let database: Mutex<SQLiteConnection>
    /// Made once: its tables take longer to make than all else of a new device's store.
    private let blank: [UInt8]

    init(path: String) throws {
        let connection = try SQLiteConnection(path: path)
        try connection.script("CREATE TABLE IF NOT EXISTS device (number INTEGER PRIMARY KEY, image BLOB NOT NULL)")
        database = Mutex(connection)
        blank = try AgentStore.blankImage()
    }

    /// Blank for a device that never ran.
    func image(of number: Int) throws -> [UInt8] {
        try database.withLock { database in
            var image: [UInt8] = []
            try database.rows("SELECT image FROM device WHERE number = ?1", [.integer(Int64(number))]) {
                image = $0.blob(0)
            }
            return image.isEmpty ? blank : image
        }
    }

    /// All or none.
    func keep(_ images: [(number: Int, image: [UInt8])]) throws {
        try database.withLock { database in
            try database.transaction {
                for (number, image) in images {
                    try database.run(
                        "INSERT OR REPLACE INTO device (number, image) VALUES (?1, ?2)",
                        [.integer(Int64(number)), .blob(image)])
                }
            }
        }
    }
}
