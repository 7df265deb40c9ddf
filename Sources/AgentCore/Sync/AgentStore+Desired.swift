import DeviceProtocol

extension AgentStore {
    /// Replaces the whole desired state: it is complete on the disk before anything of it is applied.
    package func replaceDesired(entries: [String: [UInt8]], hash: [UInt8]) throws {
        try database.transaction {
            try database.run("DELETE FROM entry")
            for (name, body) in entries {
                try database.run("INSERT INTO entry VALUES (?1, ?2)", [.text(name), .blob(body)])
            }
            try database.run("DELETE FROM entry_result WHERE name NOT IN (SELECT name FROM entry)")
            try set(.configHash, .blob(hash))
        }
    }

    package func desiredEntries() throws -> [String: [UInt8]] {
        var entries: [String: [UInt8]] = [:]
        try database.rows("SELECT name, body FROM entry") { entries[$0.text(0)] = $0.blob(1) }
        return entries
    }

    /// Hash of the document held; empty before the first.
    package func configHash() throws -> [UInt8] { try blob(.configHash) ?? [] }

    package func record(_ outcome: EntryOutcome) throws {
        try database.run(
            """
            INSERT INTO entry_result VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO UPDATE SET
                hash = excluded.hash, status = excluded.status, reason = excluded.reason, time = excluded.time
            """,
            [
                .text(outcome.entry), .blob(outcome.hash), .integer(Int64(outcome.status.rawValue)),
                .text(outcome.reason), .integer(outcome.time),
            ])
    }

    /// Sorted by entry.
    package func outcomes() throws -> [EntryOutcome] {
        var outcomes: [EntryOutcome] = []
        try database.rows("SELECT name, hash, status, reason, time FROM entry_result ORDER BY name") {
            outcomes.append(
                EntryOutcome(
                    entry: $0.text(0), hash: $0.blob(1),
                    status: WireEntryStatus(rawValue: Int($0.integer(2))) ?? .unspecified, reason: $0.text(3),
                    time: $0.integer(4)))
        }
        return outcomes
    }
}
