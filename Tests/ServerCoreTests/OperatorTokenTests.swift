import DesiredState
import ServerStore
import Testing

@testable import ServerCore

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

    @Test("a token is good to the last microsecond of its life, by the clock as it is now")
    func boundary() async throws {
        try await TestServer.run { server in
            let tokens = OperatorTokens(store: server.store, clock: server.clock.clock)
            let token = try await tokens.create(name: "short", role: .read, life: 60_000_000, by: TestServer.admin)
            let admission = try #require(try await tokens.admit(token))
            server.clock.advance(microseconds: 59_999_999)
            #expect(try await tokens.admit(token) == admission)
            #expect(try await tokens.stands(admission))
            server.clock.advance(microseconds: 1)
            #expect(try await tokens.admit(token) == nil)
            #expect(try await !tokens.stands(admission))
            // A clock that jumped ahead and was set right again: nothing was forgotten, nothing remembered.
            server.clock.advance(seconds: 10 * 365 * 86_400)
            #expect(try await tokens.admit(token) == nil)
            server.clock.advance(seconds: -10 * 365 * 86_400 - 30)
            #expect(try await tokens.admit(token) == admission)
            // Before it was made.
            server.clock.advance(seconds: -86_400)
            #expect(try await tokens.stands(admission))
        }
    }

    @Test("whoever follows revocations hears of each, and the token does not stand any more")
    func revocation() async throws {
        try await TestServer.run { server in
            let tokens = OperatorTokens(store: server.store, clock: server.clock.clock)
            let admission = try #require(
                try await tokens.admit(tokens.create(name: "a", role: .admin, by: TestServer.admin)))
            var signals = tokens.revocations.signals().makeAsyncIterator()
            try await tokens.delete(name: "a", by: TestServer.admin)
            #expect(await signals.next() != nil)
            #expect(try await !tokens.stands(admission))
            let again = try await tokens.create(name: "a", role: .admin, by: TestServer.admin)
            #expect(try await tokens.admit(again) != nil)
            #expect(try await !tokens.stands(admission), "the new one of the name is not the old one")
        }
    }

    @Test("the store is asked for the SHA-256 of what came, never for what came")
    func hashed() async throws {
        try await TestServer.run { server in
            let tokens = OperatorTokens(store: server.store, clock: server.clock.clock)
            let token = try await tokens.create(name: "night", role: .read, by: TestServer.admin)
            let row = try await server.store.read { try $0.first("SELECT secret_hash FROM operator_tokens") }
            let kept = try row?.blob("secret_hash")
            #expect(kept == Digest.sha256(Array(token.utf8)))
            // 32 characters of 62: 190 bits that a search can learn nothing about.
            #expect(token.split(separator: "_").last?.count == 32)
            for wrong in [String(token.dropLast()), token + "\0", token.lowercased(), " " + token, ""] {
                #expect(try await tokens.admit(wrong) == nil)
            }
        }
    }

    @Test("comparing secrets takes as long when the first byte differs as when the last does")
    func constantTime() {
        let size = 4 << 20
        let secret = [UInt8](repeating: 7, count: size)
        var early = secret
        early[0] = 8
        var late = secret
        late[size - 1] = 8
        func time(_ other: [UInt8]) -> Duration {
            (0..<9).map { _ in ContinuousClock().measure { #expect(!Secrets.isSame(secret, other)) } }.sorted()[4]
        }
        // A comparison that stops early is ten thousand times as fast here.
        let (first, last) = (time(early), time(late))
        #expect(first * 10 > last && last * 10 > first, "\(first) and \(last)")
        #expect(Secrets.isSame(secret, secret) && !Secrets.isSame([1], [1, 2]))
    }
}
