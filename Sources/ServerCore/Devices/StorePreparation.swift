import DeviceProtocol
package import ServerStore

/// What has to hold before the first device is answered.
package enum StorePreparation {
    /// Brings the schema up to date, makes the root group, and ends the sessions that this node held when it last ran.
    package static func prepare(_ store: any SQLStore, node: String = "main", now: Int64) async throws -> ServerIdentity
    {
        try await Migrator.migrate(store, now: now)
        let root = Identifier.make(now: now)
        try await store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO groups (name, uid, parent, labels, spec, revision, created_at, updated_at)
                VALUES ($1, $2, NULL, '{}', '{}', 1, $3, $3) ON CONFLICT (name) DO NOTHING
                """, [.text(GroupRecord.root), .blob(root.bytes), .integer(now)])
            try transaction.execute(
                """
                UPDATE devices SET mode = 'periodic', connected_node = NULL, connected_since = NULL,
                    disconnected_at = $2, disconnect_reason = 'the server was restarted' WHERE connected_node = $1
                """, [.text(node), .integer(now)])
        }
        return try await ServerIdentity.load(store, now: now)
    }

    /// µs before the newest loss of a connection: who lost theirs earlier is not one of those that return together.
    private static let together: Int64 = 86_400_000_000

    /// How many devices lost their connections within a day before the last one that did, and hold none: as many may return at once,
    /// however long the server was away.
    package static func returning(_ store: any SQLStore) async throws -> Int {
        try await store.read { reader in
            Int(
                try reader.first(
                    """
                    SELECT count(*) AS devices FROM devices
                    WHERE standing = 'active' AND connected_node IS NULL
                        AND disconnected_at > (SELECT max(disconnected_at) FROM devices) - $1
                    """, [.integer(together)])?.integer("devices") ?? 0)
        }
    }
}
