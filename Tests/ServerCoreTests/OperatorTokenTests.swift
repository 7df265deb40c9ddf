import ServerCore
import ServerStore
import Testing

@Suite struct OperatorTokenTests {
    @Test("a token is its role, until it expires or is deleted")
    func life() async throws {
        try await TestServer.run { server in
            let tokens = OperatorTokens(store: server.store, clock: server.clock.clock)
            let token = try await tokens.create(name: "night", role: .operate, by: TestServer.admin)
            #expect(token.hasPrefix("mt_operate_") && token.count == 43)
            #expect(try await tokens.identify(token) == OperatorIdentity(name: "night", role: .operate))
            #expect(try await tokens.identify(token + "x") == nil)
            #expect(try await tokens.identify(String(repeating: "x", count: 1_000)) == nil)
            await #expect(throws: CoreError.self) {
                _ = try await tokens.create(name: "night", role: .read, by: TestServer.admin)
            }
            server.clock.advance(seconds: 30 * 86_400 + 1)
            let late = try await tokens.identify(token)
            #expect(late == nil)
            let short = try await tokens.create(name: "day", role: .admin, life: 60_000_000, by: TestServer.admin)
            try await tokens.delete(name: "day", by: TestServer.admin)
            #expect(try await tokens.identify(short) == nil)
        }
    }

    @Test("the secret is nowhere in the store")
    func notStored() async throws {
        try await TestServer.run { server in
            let tokens = OperatorTokens(store: server.store, clock: server.clock.clock)
            let token = try await tokens.create(name: "night", role: .read, by: TestServer.admin)
            for table in ["operator_tokens", "audit"] {
                let rows = try await server.store.read { try $0.query("SELECT * FROM \(table)") }
                #expect(!rows.isEmpty && !rows.contains { "\($0.values)".contains(token) })
            }
        }
    }
}
