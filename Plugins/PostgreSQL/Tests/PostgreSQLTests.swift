import AgentPlugins
import DesiredState
import Dispatch
import Glibc
import PluginTestBench
import Testing

/// The plugin with real clusters.
@Suite(.serialized)
struct PostgreSQLTests {
    @Test(
        "a cluster is an instance: stopped, running with version and role, stopped when asked", .tags(.R13, .R18, .R22))
    func reportsState() async throws {
        let clusters = try ClusterBench()
        try await clusters.run { manager in
            try await clusters.bench.wait("it runs") { $0.instances.map(\.state) == [.running] }
            let instance = try #require(try await clusters.bench.report.instances.first)
            #expect(instance.instance == "primary" && instance.version.hasPrefix("1"))
            let first = clusters.postmaster()
            let again = await manager.control(ClusterBench.id, instance: "primary", .restart)
            #expect(again == .done)
            #expect(clusters.postmaster() != nil && clusters.postmaster() != first)
            let halted = await manager.control(ClusterBench.id, instance: "primary", .stop)
            #expect(halted == .done)
            try await clusters.bench.wait("it is stopped") { $0.instances.map(\.state) == [.stopped] }
            #expect(clusters.events("cluster.stopped").allSatisfy { $0.severity == .info }, "an operator asked for it")
            let unknown = await manager.control(ClusterBench.id, instance: "other", .start)
            #expect("\(unknown)".contains("no cluster other"), "\(unknown)")
        }
    }

    @Test("a wrong password degrades the state with the server's reason, without the password", .tags(.R13))
    func reportsRefusal() async throws {
        let clusters = try ClusterBench()
        try await clusters.run { manager in
            for (secret, reason) in [("wrong", "password authentication failed"), ("missing", "no secret missing")] {
                let settings = try JSONValue(parsing: Array(clusters.settings(secret: secret).utf8))
                #expect(await manager.apply(settings, to: ClusterBench.id) == .applied)
                try await clusters.bench.wait("it is degraded: \(reason)") {
                    $0.instances.map(\.state) == [.degraded] && "\($0.instances)".contains(reason)
                }
                #expect(!"\(try await clusters.bench.report)".contains("nonsense"))
            }
        }
    }

    @Test("statistics: connections, sizes, transactions", .tags(.R15))
    func reportsStatistics() async throws {
        let clusters = try ClusterBench()
        try await clusters.run { manager in
            _ = try clusters.sql("CREATE DATABASE shop")
            let values = await manager.statistics().flatMap(\.values)
            #expect(values.first { $0.name == "connections.max" }?.value == 20)
            #expect(values.first { $0.name == "connections" }.map { $0.value >= 1 } == true)
            let transactions = try #require(values.first { $0.name == "transactions" })
            #expect(transactions.kind == .counter && transactions.startTime > 0)
            let sizes = values.filter { $0.name.hasPrefix("database.size") }
            #expect(sizes.count == 2 && sizes.allSatisfy { $0.value > 1_000_000 && $0.unit == "By" }, "\(sizes)")
            #expect(try await clusters.bench.report.health.refusals == 0, "everything it says is in its manifest")
            let host = try #require(try await clusters.bench.report.health.pid)
            let memory = try #require(HostMemory(of: host))
            print("plugin host with PostgreSQL (C, debug): \(memory)")
            #expect(memory.privateDirty < 8 << 10)
        }
    }

    @Test("a standby is an instance, the primary tells its lag, and being behind is an event", .tags(.R15, .R16))
    func reportsReplication() async throws {
        let clusters = try ClusterBench(hasStandby: true)
        try await clusters.run { manager in
            try await clusters.bench.wait("both run") { $0.instances.map(\.state) == [.running, .running] }
            let end = ContinuousClock.now + .seconds(30)
            while await !manager.statistics().flatMap(\.values).contains(where: { $0.name.hasPrefix("replication.lag") }
            ) {
                guard ContinuousClock.now < end else { throw Failure("the primary does not come to know its standby") }
                try await Task.sleep(for: .milliseconds(50))
            }
            let series = await manager.statistics().flatMap(\.values).map(\.name)
            #expect(series.contains { $0.contains("standby") && $0.hasPrefix("replication.lag") }, "\(series)")
            #expect(series.contains("replication.delay"))
            // Only a standby that has replayed a transaction knows since when it has replayed none.
            _ = try clusters.sql("CREATE TABLE seen ()")
            try await clusters.wait(for: "t\n", of: "SELECT to_regclass('seen') IS NOT NULL", at: "standby")
            _ = try clusters.sql("SELECT pg_wal_replay_pause()", at: "standby")
            _ = try clusters.sql("CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id")
            let settings = try JSONValue(
                parsing: Array(clusters.settings(more: #", "maxDelaySeconds": 1, "checkSeconds": 1"#).utf8))
            #expect(await manager.apply(settings, to: ClusterBench.id) == .applied)
            try await clusters.bench.recorder.wait("replication.behind") {
                $0.events.contains {
                    $0.type == "replication.behind" && $0.severity == .warning && $0.text.contains("standby")
                }
            }
            _ = try clusters.sql("SELECT pg_wal_replay_resume()", at: "standby")
        }
    }

    @Test("vacuum goes table by table and gives back space", .tags(.R14))
    func vacuums() async throws {
        let clusters = try ClusterBench()
        try await clusters.run { manager in
            _ = try clusters.sql(#"CREATE TABLE "odd ""name" AS SELECT generate_series(1, 50000) AS id"#)
            _ = try clusters.sql(#"DELETE FROM "odd ""name""#)
            let update = try await clusters.bench.perform("vacuum", #"{"cluster": "primary", "database": "postgres"}"#)
            #expect(update.state == .succeeded, "\(update)")
            let result = try JSONValue(parsing: update.result)
            #expect(result["tables"] == 1)
            #expect(try clusters.sql(#"SELECT pg_relation_size('"odd ""name"')"#) == "0\n")
        }
    }

    @Test("a backup is a file that pg_restore brings back, and a taken name is refused", .tags(.R14))
    func backsUp() async throws {
        let clusters = try ClusterBench()
        try await clusters.run { manager in
            _ = try clusters.sql("CREATE TABLE orders AS SELECT generate_series(1, 1000) AS id")
            let parameters = #"{"cluster": "primary", "database": "postgres", "file": "shop.dump"}"#
            let update = try await clusters.bench.perform("backup", parameters)
            #expect(update.state == .succeeded, "\(update)")
            let file = "\(clusters.root)/backups/shop.dump"
            #expect(
                try Program.run(["\(ClusterBench.programs)/pg_restore", "--list", file]).contains(
                    "TABLE DATA public orders"))
            let restored = try Program.run([
                "\(ClusterBench.programs)/pg_restore", "--data-only", "--table=orders", "-f", "-", file,
            ])
            #expect(restored.split(separator: "\n").contains("1000"))
            var status = stat()
            #expect(stat(file, &status) == 0 && status.st_mode & 0o077 == 0, "nobody else may read it")
            #expect(access("\(file).partial", F_OK) != 0)
            let again = try await clusters.bench.perform("backup", parameters)
            #expect("\(again.state)".contains("is there already"), "\(again)")
        }
    }

    @Test("a backup that cannot be made says why and leaves no file", .tags(.R14))
    func reportsFailedBackup() async throws {
        let clusters = try ClusterBench()
        try await clusters.run { manager in
            let update = try await clusters.bench.perform(
                "backup", #"{"cluster": "primary", "database": "nowhere", "file": "x.dump"}"#)
            #expect("\(update.state)".contains("does not exist"), "\(update)")
            #expect(access("\(clusters.root)/backups/x.dump.partial", F_OK) != 0)
        }
    }

    @Test("a run that waits for a lock is cancelled at once", .tags(.R14))
    func cancels() async throws {
        let clusters = try ClusterBench()
        try await clusters.run { manager in
            _ = try clusters.sql("CREATE TABLE orders (id int)")
            // Not in a Swift task: it blocks its thread, and there are as few threads as processors.
            DispatchQueue.global().async { _ = try? clusters.sql("BEGIN; LOCK TABLE orders; SELECT pg_sleep(60)") }
            try await clusters.wait(
                for: "1\n",
                of:
                    "SELECT count(*) FROM pg_locks WHERE relation = 'orders'::regclass AND granted AND mode = 'AccessExclusiveLock'"
            )
            let id = try await clusters.bench.start("vacuum", #"{"cluster": "primary", "database": "postgres"}"#)
            try await clusters.bench.recorder.wait("it has come to the table") {
                $0.updates.contains { "\($0)".contains("public.orders") }
            }
            _ = await manager.cancelTask(runID: id, application: ClusterBench.id)
            let update = try await clusters.bench.end(of: id)
            #expect("\(update.state)".contains("cancelled"), "\(update)")
            _ = try clusters.sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%'")
        }
    }

    @Test("a cluster that dies by itself is an event of severity failure", .tags(.R16))
    func noticesDeath() async throws {
        let clusters = try ClusterBench()
        try await clusters.run { manager in
            let settings = try JSONValue(parsing: Array(clusters.settings(more: #", "checkSeconds": 1"#).utf8))
            #expect(await manager.apply(settings, to: ClusterBench.id) == .applied)
            kill(try #require(clusters.postmaster()), SIGQUIT)
            try await clusters.bench.recorder.wait("cluster.stopped") {
                $0.events.contains {
                    $0.type == "cluster.stopped" && $0.severity == .failure && $0.instance == "primary"
                }
            }
        }
    }

    @Test("two clusters of one name, and more than 32, are refused with their place", .tags(.R22))
    func refusesTwice() async throws {
        let clusters = try ClusterBench()
        try await clusters.bench.run { manager in
            try await clusters.bench.waitUntil(.running)
            let settings: JSONValue = ["clusters": [["name": "a"], ["name": "a"]]]
            let outcome = await manager.apply(settings, to: ClusterBench.id)
            #expect(
                outcome
                    == .failed(ApplyProblem(reason: "two clusters are called a", pointer: "/clusters/1/name")))
            let many = JSONValue.array((0..<33).map { ["name": .string("c\($0)")] })
            let refused = await manager.apply(["clusters": many], to: ClusterBench.id)
            #expect(refused == .failed(ApplyProblem(reason: "there are more than 32 clusters", pointer: "/clusters")))
        }
    }
}
