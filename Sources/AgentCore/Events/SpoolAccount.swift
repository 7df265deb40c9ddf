/// How full the spool is, and what it lost and has not yet said.
struct SpoolAccount {
    var events: Int64
    var bytes: Int64

    init(counting database: SQLiteConnection) throws(SQLiteError) {
        events = try database.value("SELECT count(*) FROM event") ?? 0
        bytes = try database.value("SELECT coalesce(sum(bytes), 0) FROM event") ?? 0
    }

    func exceeds(_ limits: SpoolLimits) -> Bool { events > limits.events || bytes > limits.bytes }
}
