import DeviceProtocol

/// All that the agent must not forget, in one SQLite file: identity counters, desired state, event spool, task
/// journal, what the server is known to hold. Survives `kill -9` at any instruction: each method that changes
/// something has it on the disk when it returns.
package actor AgentStore {
    let database: SQLiteConnection
    let limits: SpoolLimits
    let environment: AgentEnvironment
    var spool: SpoolAccount

    package init(path: String, limits: SpoolLimits = SpoolLimits(), environment: AgentEnvironment = .system) throws {
        database = try SQLiteConnection(path: path)
        self.environment = environment
        self.limits = limits
        try AgentSchema.migrate(database)
        spool = try SpoolAccount(counting: database)
    }

    /// A store in memory, empty or with what `image` holds. `mayCommit` is asked before each commit: from the first no on
    /// nothing is durable any more, as if the agent had been killed there.
    package init(
        image: [UInt8], limits: SpoolLimits = SpoolLimits(), environment: AgentEnvironment,
        mayCommit: @escaping @Sendable () -> Bool
    ) throws {
        database = try SQLiteConnection(image: image)
        self.environment = environment
        self.limits = limits
        database.guardCommits(by: CommitGate(mayCommit))
        try AgentSchema.migrate(database)
        spool = try SpoolAccount(counting: database)
    }

    /// What an empty store's file holds; every new store may begin with it.
    package static func blankImage() throws -> [UInt8] {
        let database = try SQLiteConnection(image: [])
        try AgentSchema.migrate(database)
        return try database.image()
    }

    /// The statement of trust in the store of an agent that does not run.
    static func trust(in path: String) throws -> String? {
        let database = try SQLiteConnection(path: path)
        var found: String?
        guard try database.value("PRAGMA user_version") ?? 0 > 0 else { return nil }
        try database.rows("SELECT value FROM fact WHERE key = ?1", [.text(Fact.trust.rawValue)]) { found = $0.text(0) }
        return found
    }

    /// All that is durable now, as a file would hold it.
    package func image() throws -> [UInt8] { try database.image() }

    /// Nothing is wanted of it for a while: it keeps little in memory.
    func rest() { database.rest() }

    // MARK: Small facts

    func blob(_ key: Fact) throws -> [UInt8]? {
        var found: [UInt8]?
        try database.rows("SELECT value FROM fact WHERE key = ?1", [.text(key.rawValue)]) { found = $0.blob(0) }
        return found
    }

    func number(_ key: Fact) throws -> Int64? {
        try database.value("SELECT value FROM fact WHERE key = ?1", [.text(key.rawValue)])
    }

    func text(_ key: Fact) throws -> String? {
        var found: String?
        try database.rows("SELECT value FROM fact WHERE key = ?1", [.text(key.rawValue)]) { found = $0.text(0) }
        return found
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
        case inventoryHash, inventoryList, uid, reconnectSlot, newIdentity, retryUntil, retryFor
        case offerHash, offerEndpoint, offerAttempts, offerStatus, offerReason, serverEndpoint, serverConfigured
        case policyReport, unreachableSince, placeGroup, placedBy, placedBecause, trust, issuerIsHeld
    }
}
