package import DeviceProtocol
package import ServerStore

/// What makes this store this store.
package struct ServerIdentity: Sendable {
    /// Changes when the store is restored from a backup: devices then send full state.
    package let storeEpoch: Identifier

    /// Reads it; the first call on a new store makes it.
    package static func load(_ store: any SQLStore, now: Int64) async throws -> ServerIdentity {
        let fresh = Identifier.make(now: now)
        let bytes = try await store.write { transaction in
            try transaction.execute(
                "INSERT INTO server_facts (name, value) VALUES ('store_epoch', $1) ON CONFLICT (name) DO NOTHING",
                [.blob(fresh.bytes)])
            return try transaction.first("SELECT value FROM server_facts WHERE name = 'store_epoch'")?.blob("value")
                ?? []
        }
        guard let epoch = Identifier(bytes) else {
            throw StoreError(.damaged, "server_facts.store_epoch does not hold 16 bytes")
        }
        return ServerIdentity(storeEpoch: epoch)
    }

    /// To be called on a store that was restored from a backup, before anybody is answered from it.
    package static func renewStoreEpoch(_ store: any SQLStore, now: Int64) async throws {
        let fresh = Identifier.make(now: now)
        try await store.write { transaction in
            try transaction.execute(
                "UPDATE server_facts SET value = $1 WHERE name = 'store_epoch'", [.blob(fresh.bytes)])
        }
    }
}
