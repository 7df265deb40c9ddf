import Logging
import ServerStore
import Synchronization
import Testing

@Suite struct GroupedWriterTests {
    private static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private func withWriter(
        _ engine: TestEngine, limits: GroupedWriter.Limits = .init(),
        _ body: (any SQLStore, GroupedWriter) async throws -> Void
    ) async throws {
        try await engine.withStore { store in
            try await Migrator.migrate(store, now: 1)
            try await store.write { try $0.execute("CREATE TABLE t (n bigint PRIMARY KEY)") }
            let writer = GroupedWriter(store: store, limits: limits, logger: Self.logger)
            try await body(store, writer)
            await writer.stop()
        }
    }

    private func numbers(_ store: any SQLStore) async throws -> [Int64] {
        try await store.read { try $0.query("SELECT n FROM t ORDER BY n").map { try $0.integer("n") } }
    }

    @Test("what was acknowledged can be read", arguments: TestEngine.allCases)
    func acknowledgedIsCommitted(engine: TestEngine) async throws {
        try await withWriter(engine) { store, writer in
            let answer = try await writer.submit { transaction in
                try transaction.execute("INSERT INTO t VALUES (1)")
                return "stored"
            }
            #expect(answer == "stored")
            #expect(try await numbers(store) == [1])
        }
    }

    /// Submits `gather`'s work while a batch is held open, and lets it go when `count` submissions wait.
    private func whileHeld(
        _ writer: GroupedWriter, count: Int,
        gather: @escaping @Sendable (inout ThrowingTaskGroup<Void, any Error>) async throws -> Void
    ) async throws {
        let gate = Gate()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await writer.submit { _ in #expect(gate.pass()) } }
            // Before it runs, what comes next could be taken into its batch and would never wait.
            while !gate.isEntered { await Task.yield() }
            try await gather(&group)
            while await writer.waiting < count { await Task.yield() }
            gate.open()
            try await group.waitForAll()
        }
    }

    @Test("many submissions share one commit", arguments: TestEngine.allCases)
    func submissionsShareCommits(engine: TestEngine) async throws {
        var limits = GroupedWriter.Limits()
        limits.duration = .seconds(60)
        try await withWriter(engine, limits: limits) { store, writer in
            let before = await writer.commits
            try await whileHeld(writer, count: 200) { group in
                for number in 1...200 {
                    group.addTask {
                        _ = try await writer.submit {
                            try $0.execute("INSERT INTO t VALUES ($1)", [.integer(Int64(number))])
                        }
                    }
                }
            }
            #expect(try await numbers(store).count == 200)
            // The held one may have been taken in a batch of its own or with the first of the others.
            #expect(await writer.commits - before <= 2)
        }
    }

    @Test(
        "what somebody waits for commits before control, and control before events, whatever came earlier",
        arguments: TestEngine.allCases)
    func lanes(engine: TestEngine) async throws {
        try await withWriter(engine) { _, writer in
            let order = OrderLog()
            try await whileHeld(writer, count: 3) { group in
                group.addTask { _ = try await writer.submit(.events) { _ in order.add("event") } }
                while await writer.waiting < 1 { await Task.yield() }
                group.addTask { _ = try await writer.submit(.control) { _ in order.add("control") } }
                while await writer.waiting < 2 { await Task.yield() }
                group.addTask { _ = try await writer.submit(.urgent) { _ in order.add("urgent") } }
            }
            #expect(order.entries == ["urgent", "control", "event"])
        }
    }

    @Test("no lane stands still, however much waits before it", arguments: TestEngine.allCases)
    func noLaneStarves(engine: TestEngine) async throws {
        var limits = GroupedWriter.Limits()
        limits.rows = 10
        limits.duration = .zero
        try await withWriter(engine, limits: limits) { _, writer in
            let order = OrderLog()
            try await whileHeld(writer, count: 12) { group in
                for _ in 1...10 {
                    group.addTask { _ = try await writer.submit(.urgent, rows: 10) { _ in order.add("urgent") } }
                }
                group.addTask { _ = try await writer.submit(.control) { _ in order.add("control") } }
                group.addTask { _ = try await writer.submit(.events) { _ in order.add("event") } }
            }
            #expect(order.entries.prefix(3) == ["urgent", "control", "event"])
            #expect(order.entries.count == 12)
        }
    }

    @Test("a batch holds at most its rows", arguments: TestEngine.allCases)
    func batchIsBounded(engine: TestEngine) async throws {
        var limits = GroupedWriter.Limits()
        limits.rows = 10
        limits.duration = .seconds(60)
        try await withWriter(engine, limits: limits) { _, writer in
            let before = await writer.commits
            try await whileHeld(writer, count: 5) { group in
                for _ in 1...5 { group.addTask { _ = try await writer.submit(.events, rows: 4) { _ in } } }
            }
            // Two of four rows fit into ten: three batches after the held one.
            #expect(await writer.commits - before == 4)
        }
    }

    @Test("events beyond the bound are refused, control is not", arguments: TestEngine.allCases)
    func eventsAreBounded(engine: TestEngine) async throws {
        var limits = GroupedWriter.Limits()
        limits.waitingEventRows = 10
        try await withWriter(engine, limits: limits) { _, writer in
            try await whileHeld(writer, count: 2) { group in
                group.addTask { _ = try await writer.submit(.events, rows: 10) { _ in } }
                while await writer.waiting < 1 { await Task.yield() }
                let error = await #expect(throws: StoreError.self) {
                    try await writer.submit(.events, rows: 1) { _ in }
                }
                #expect(error?.code == .unavailable)
                group.addTask { _ = try await writer.submit(.control, rows: 50) { _ in } }
            }
            try await writer.submit(.events, rows: 1) { _ in }
        }
    }

    @Test("only the newest mark of a device is written, and never over a newer one", arguments: TestEngine.allCases)
    func marks(engine: TestEngine) async throws {
        try await withWriter(engine) { store, writer in
            let uid = [UInt8](repeating: 7, count: 16)
            try await store.write { transaction in
                try transaction.execute(
                    "INSERT INTO devices (uid, group_name, standing, enrolled_at, last_seen_at) VALUES ($1, 'root', 'active', 1, 50)",
                    [.blob(uid)])
            }
            func mark(_ at: Int64) -> LastSeenMark {
                LastSeenMark(device: uid, at: at, reason: "schedule", nextSync: at + 900, address: "10.0.0.1")
            }
            func seen() async throws -> Int64? {
                try await store.read {
                    try $0.first("SELECT last_seen_at FROM devices")?.optionalInteger("last_seen_at")
                }
            }
            await writer.mark(mark(40))
            try await writer.flush()
            #expect(try await seen() == 50)
            await writer.mark(mark(70))
            await writer.mark(mark(60))
            try await writer.flush()
            #expect(try await seen() == 70)
        }
    }

    @Test("after a stop everything handed over is stored and nothing more is taken", arguments: TestEngine.allCases)
    func stopping(engine: TestEngine) async throws {
        try await withWriter(engine) { store, writer in
            let pending = Task { try await writer.submit(.events) { try $0.execute("INSERT INTO t VALUES (1)") } }
            _ = try await pending.value
            await writer.stop()
            let error = await #expect(throws: StoreError.self) { try await writer.submit { _ in } }
            #expect(error?.code == .unavailable)
            #expect(try await numbers(store) == [1])
        }
    }

    @Test("a submission that fails is undone alone and its submitter is told", arguments: TestEngine.allCases)
    func badSubmissionAlone(engine: TestEngine) async throws {
        struct Bad: Error {}
        try await withWriter(engine) { store, writer in
            async let good: Int = writer.submit { try $0.execute("INSERT INTO t VALUES (1)") }
            let bad = Task {
                try await writer.submit { transaction in
                    try transaction.execute("INSERT INTO t VALUES (2)")
                    throw Bad()
                }
            }
            async let other: Int = writer.submit { try $0.execute("INSERT INTO t VALUES (3)") }
            _ = try await (good, other)
            await #expect(throws: Bad.self) { try await bad.value }
            #expect(try await numbers(store) == [1, 3])
        }
    }
}
