import Foundation
import ServerStore
import Testing

@Suite struct SQLStoreTests {
    @Test("values of every kind come back as they were bound", arguments: TestEngine.allCases)
    func valuesRoundTrip(engine: TestEngine) async throws {
        try await engine.withStore { store in
            let values: [SQLValue] = [
                .integer(.max), .integer(-1), .text("naïve '$1' \u{0} text"), .text(""), .blob([0, 255, 7]), .blob([]),
                .real(0.25), .null,
            ]
            let row = try await store.write { transaction in
                try transaction.execute(
                    "CREATE TABLE v (a bigint, b bigint, c text, d text, e \(store.dialect.definition("{bytes}")), f \(store.dialect.definition("{bytes}")), g double precision, h text)"
                )
                try transaction.execute("INSERT INTO v VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", values)
                return try transaction.first("SELECT * FROM v")
            }
            #expect(row?.values == values)
        }
    }

    @Test("placeholders mean their number, not their place", arguments: TestEngine.allCases)
    func placeholdersAreNumbered(engine: TestEngine) async throws {
        try await engine.withStore { store in
            let row = try await store.read {
                try $0.first("SELECT $2 AS a, $1 AS b, $2 AS c, '$1' AS d", ["one", "two"])
            }
            #expect(row?.values == ["two", "one", "two", "$1"])
        }
    }

    @Test("a read whose task was cancelled ends", .timeLimit(.minutes(1)), arguments: TestEngine.allCases)
    func cancelledReadEnds(engine: TestEngine) async throws {
        try await engine.withStore { store in
            let (begun, begins) = AsyncStream.makeStream(of: Void.self)
            let endless = Task {
                try await store.read { reader in
                    begins.yield()
                    _ = try reader.query(
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n")
                }
            }
            for await _ in begun { break }
            endless.cancel()
            await #expect(throws: CancellationError.self) { try await endless.value }
            // Its thread reads for others again.
            let one = try await store.read { try $0.first("SELECT 1 AS one")?.integer("one") }
            #expect(one == 1)
        }
    }

    @Test("a write that throws leaves nothing behind", arguments: TestEngine.allCases)
    func throwingRollsBack(engine: TestEngine) async throws {
        struct Stop: Error {}
        try await engine.withStore { store in
            try await store.write { try $0.execute("CREATE TABLE t (n bigint)") }
            await #expect(throws: Stop.self) {
                try await store.write { transaction in
                    try transaction.execute("INSERT INTO t VALUES (1)")
                    throw Stop()
                }
            }
            let rows = try await store.read { try $0.query("SELECT n FROM t") }
            #expect(rows.isEmpty)
        }
    }

    @Test("a savepoint undoes itself alone", arguments: TestEngine.allCases)
    func savepointUndoesItself(engine: TestEngine) async throws {
        struct Stop: Error {}
        try await engine.withStore { store in
            let numbers = try await store.write { transaction in
                try transaction.execute("CREATE TABLE t (n bigint)")
                try transaction.execute("INSERT INTO t VALUES (1)")
                #expect(throws: Stop.self) {
                    try transaction.savepoint {
                        try transaction.execute("INSERT INTO t VALUES (2)")
                        throw Stop()
                    }
                }
                try transaction.savepoint { try transaction.execute("INSERT INTO t VALUES (3)") }
                return try transaction.query("SELECT n FROM t ORDER BY n").map { try $0.integer("n") }
            }
            #expect(numbers == [1, 3])
        }
    }

    @Test("a savepoint within another undoes itself alone, too, with its own reason", arguments: TestEngine.allCases)
    func savepointWithinSavepoint(engine: TestEngine) async throws {
        struct Stop: Error {}
        try await engine.withStore { store in
            let numbers = try await store.write { transaction in
                try transaction.execute("CREATE TABLE t (n bigint)")
                try transaction.savepoint {
                    try transaction.execute("INSERT INTO t VALUES (1)")
                    #expect(throws: Stop.self) {
                        try transaction.savepoint {
                            try transaction.execute("INSERT INTO t VALUES (2)")
                            throw Stop()
                        }
                    }
                }
                return try transaction.query("SELECT n FROM t ORDER BY n").map { try $0.integer("n") }
            }
            #expect(numbers == [1])
        }
    }

    @Test("a savepoint whose transaction is gone says why, and nothing of it is stored", arguments: TestEngine.allCases)
    func savepointOfALostTransaction(engine: TestEngine) async throws {
        struct Stop: Error {}
        try await engine.withStore { store in
            try await store.write { try $0.execute("CREATE TABLE t (n bigint)") }
            await #expect(throws: (any Error).self) {
                try await store.write { transaction in
                    #expect(throws: Stop.self) {
                        try transaction.savepoint {
                            try transaction.execute("INSERT INTO t VALUES (1)")
                            // As SQLite does by itself when there is no space.
                            try transaction.execute("ROLLBACK")
                            throw Stop()
                        }
                    }
                    try transaction.execute("INSERT INTO t VALUES (2)")
                }
            }
            #expect(try await store.read { try $0.query("SELECT n FROM t") }.isEmpty)
        }
    }

    @Test("a broken constraint is a conflict", arguments: TestEngine.allCases)
    func constraintIsConflict(engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.write { try $0.execute("CREATE TABLE t (n bigint PRIMARY KEY)") }
            let error = await #expect(throws: StoreError.self) {
                try await store.write { try $0.executeBatch("INSERT INTO t VALUES ($1)", [[1], [1]]) }
            }
            #expect(error?.code == .conflict)
        }
    }

    @Test("the number of arguments must be the statement's", arguments: TestEngine.allCases)
    func argumentsAreCounted(engine: TestEngine) async throws {
        try await engine.withStore { store in
            let error = await #expect(throws: StoreError.self) {
                try await store.read { try $0.query("SELECT $1 AS a", []) }
            }
            #expect(error?.code == .invalid)
        }
    }

    @Test("a reader cannot write", arguments: TestEngine.allCases)
    func readersDoNotWrite(engine: TestEngine) async throws {
        try await engine.withStore { store in
            try await store.write { try $0.execute("CREATE TABLE t (n bigint)") }
            await #expect(throws: (any Error).self) {
                try await store.read { try $0.query("INSERT INTO t VALUES (1) RETURNING n") }
            }
            let rows = try await store.read { try $0.query("SELECT n FROM t") }
            #expect(rows.isEmpty)
        }
    }

    @Test("what is read with the wrong type names its column")
    func wrongTypeNamesColumn() {
        let row = SQLRow(columns: SQLColumns(["age"]), values: ["old"])
        let error = #expect(throws: StoreError.self) { try row.integer("age") }
        #expect(error?.message.contains("age") == true)
        #expect(throws: StoreError.self) { try row.text("name") }
    }

    @Test("a file that is not a database is refused with its path")
    func notADatabase() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString).db")
        try Data(repeating: 65, count: 4_096).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let error = #expect(throws: StoreError.self) { try SQLiteStore(path: file.path) }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains(file.path) == true)
    }
}
