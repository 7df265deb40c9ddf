import DeviceProtocol

/// All that the agent must not forget, in one SQLite file: identity counters, desired state, event spool, task
/// journal, what the server is known to hold. Survives `kill -9` at any instruction: each method that changes
/// something has it on the disk when it returns.
package actor AgentStore {
    let database: SQLiteConnection
    let limits: SpoolLimits
    var spool: SpoolAccount

    package init(path: String, limits: SpoolLimits = SpoolLimits()) throws {
        database = try SQLiteConnection(path: path)
        self.limits = limits
        try AgentSchema.migrate(database)
        spool = try SpoolAccount(counting: database)
    }

    // MARK: Small facts

    func blob(_ key: Fact) throws -> [UInt8]? {
        var found: [UInt8]?
        try database.rows("SELECT value FROM fact WHERE key = ?1", [.text(key.rawValue)]) { found = $0.blob(0) }
        return found
    }

    func number(_ key: Fact) throws -> Int64? {
        try database.value("SELECT value FROM fact WHERE key = ?1", [.text(key.rawValue)])
    }

    func set(_ key: Fact, _ value: SQLiteValue) throws {
        try database.run(
            "INSERT INTO fact (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [.text(key.rawValue), value])
    }

    /// Facts by name; a fact that was never set is absent.
    enum Fact: String {
        case startCounter, wakeCounter, offCounter, storeEpoch, reconnectWindow, serverTime
        case udpKeyID, udpKey, previousUDPKeyID, previousUDPKey
        case configHash, acknowledgedDigest, syncInterval, keepConnection, statisticsInterval
        case inventoryHash, inventoryList, uid
    }
}
