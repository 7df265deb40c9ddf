/// Brings a store to the newest schema: forward only, each step in a transaction of its own.
package enum Migrator {
    /// Returns the numbers of the steps taken; none when the store is up to date.
    /// Throws `newerSchema`, and changes nothing, when the store knows steps that this software does not.
    @discardableResult
    package static func migrate(
        _ store: any SQLStore, to migrations: [Migration] = Schema.migrations, now: Int64
    ) async throws -> [Int64] {
        try await store.write { transaction in
            try transaction.execute(
                "CREATE TABLE IF NOT EXISTS schema_migrations (number bigint PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL)"
            )
        }
        let applied = try await store.read { reader in
            try reader.first("SELECT max(number) AS number FROM schema_migrations")?.optionalInteger("number") ?? 0
        }
        guard applied <= migrations.last?.number ?? 0 else {
            throw StoreError(
                .newerSchema,
                "the store has schema \(applied), this server knows \(migrations.last?.number ?? 0): start a newer server"
            )
        }
        var taken: [Int64] = []
        for migration in migrations where migration.number > applied {
            try await apply(migration, to: store, now: now)
            taken.append(migration.number)
        }
        return taken
    }

    private static func apply(_ migration: Migration, to store: any SQLStore, now: Int64) async throws {
        let dialect = store.dialect
        try await store.write { transaction in
            for statement in migration.statements { try transaction.execute(dialect.definition(statement)) }
            try transaction.execute(
                "INSERT INTO schema_migrations (number, name, applied_at) VALUES ($1, $2, $3)",
                [.integer(migration.number), .text(migration.name), .integer(now)])
        }
    }
}
