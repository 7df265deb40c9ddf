import ServerStore
import Testing

@Suite struct MigratorTests {
    private static let first = Migration(number: 1, name: "a", statements: ["CREATE TABLE a (n bigint)"])
    private static let second = Migration(
        number: 2, name: "b", statements: ["CREATE TABLE b (key {bytes} PRIMARY KEY)"])

    @Test("each step is taken once, also after an earlier version", arguments: TestEngine.allCases)
    func stepsOnce(engine: TestEngine) async throws {
        try await engine.withStore { store in
            #expect(try await Migrator.migrate(store, to: [Self.first], now: 1) == [1])
            #expect(try await Migrator.migrate(store, to: [Self.first, Self.second], now: 2) == [2])
            #expect(try await Migrator.migrate(store, to: [Self.first, Self.second], now: 3).isEmpty)
            let times = try await store.read { reader in
                try reader.query("SELECT applied_at FROM schema_migrations ORDER BY number").map {
                    try $0.integer("applied_at")
                }
            }
            #expect(times == [1, 2])
        }
    }

    @Test("a step that fails leaves nothing of itself", arguments: TestEngine.allCases)
    func failingStep(engine: TestEngine) async throws {
        try await engine.withStore { store in
            let broken = Migration(
                number: 2, name: "broken", statements: ["CREATE TABLE c (n bigint)", "CREATE NONSENSE"])
            await #expect(throws: StoreError.self) {
                try await Migrator.migrate(store, to: [Self.first, broken], now: 1)
            }
            let taken = try await Migrator.migrate(store, to: [Self.first, Self.second], now: 2)
            #expect(taken == [2])
            await #expect(throws: StoreError.self) { try await store.read { try $0.query("SELECT * FROM c") } }
        }
    }

    @Test("a store from a newer server is refused", arguments: TestEngine.allCases)
    func newerStore(engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await Migrator.migrate(store, to: [Self.first, Self.second], now: 1)
            let error = await #expect(throws: StoreError.self) {
                try await Migrator.migrate(store, to: [Self.first], now: 2)
            }
            #expect(error?.code == .newerSchema)
        }
    }

    @Test("the schema of this version stands on an empty store", arguments: TestEngine.allCases)
    func wholeSchema(engine: TestEngine) async throws {
        try await engine.withStore { store in
            let taken = try await Migrator.migrate(store, now: 1)
            #expect(taken == Schema.migrations.map(\.number) && taken == Set(taken).sorted())
            let devices = try await store.read { try $0.query("SELECT * FROM devices LIMIT 1") }
            #expect(devices.isEmpty)
        }
    }
}
