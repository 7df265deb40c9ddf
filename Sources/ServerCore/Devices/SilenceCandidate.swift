import ServerStore

/// A device whose silence was not told yet, as far as telling it needs.
struct SilenceCandidate {
    let uid: [UInt8]
    let contact: DeviceRecord.Contact
    let standing: DeviceStanding
    private let syncInterval: Int64?
    private let group: String

    /// Those that may be silent, by uid; the rule decides.
    static func all(
        after uid: [UInt8], now: Int64, limit: Int, in reader: any SQLReader
    ) throws -> [SilenceCandidate] {
        try reader.query(
            """
            SELECT * FROM devices WHERE uid > $1 AND silent_since IS NULL AND standing = 'active' AND off_at IS NULL
                AND connected_node IS NULL AND COALESCE(next_sync_at, last_seen_at, disconnected_at) < $2
            ORDER BY uid LIMIT \(limit)
            """, [.blob(uid), .integer(now - DevicePresence.leastLateness)]
        ).map(SilenceCandidate.init(row:))
    }

    /// nil when the device is gone, or its silence is told.
    static func find(_ uid: [UInt8], in reader: any SQLReader) throws -> SilenceCandidate? {
        try reader.first("SELECT * FROM devices WHERE uid = $1 AND silent_since IS NULL", [.blob(uid)])
            .map(SilenceCandidate.init(row:))
    }

    private init(row: SQLRow) throws {
        uid = try row.blob("uid")
        contact = try DeviceRecord.Contact(row: row)
        standing = DeviceStanding(rawValue: try row.text("standing")) ?? .revoked
        syncInterval = try row.optionalInteger("sync_interval")
        group = try row.text("group_name")
    }

    /// Since when it is silent, when that is to be told.
    func silence(by rule: SilenceRule, now: Int64, in reader: any SQLReader) throws -> Int64? {
        rule.silence(contact, standing: standing, interval: try interval(in: reader), now: now)
    }

    /// What is wanted of it, in seconds.
    func interval(in reader: any SQLReader) throws -> Int64 {
        let groups = try GroupRecord.chain(from: group, in: reader).map(\.layer)
        return DeviceIntents(layers: [DeviceIntents.Layer(syncInterval: syncInterval)] + groups).syncInterval
    }
}
