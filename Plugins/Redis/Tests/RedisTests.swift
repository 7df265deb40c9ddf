import AgentPlugins
import DesiredState
import Glibc
import PluginTestBench
import Testing

/// The plugin with real servers: state, control, statistics, events.
@Suite(.serialized, .enabled(if: RedisLibrary.cargo != nil, "no cargo here"))
struct RedisTests {
    @Test("the plugin's own tests pass: protocol, limits, recorded answers", .tags(.R13))
    func ownTests() async throws {
        let text = try await RedisLibrary.run(["test"])
        #expect(text.contains("test result: ok"), "\(text.suffix(2_000))")
    }

    @Test(
        "a server is an instance: stopped, running with version and role, stopped when asked", .tags(.R13, .R18, .R22))
    func reportsState() async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            try await servers.bench.wait("it runs") { $0.instances.map(\.state) == [.running] }
            let instance = try #require(try await servers.bench.report.instances.first)
            #expect(instance.instance == "primary" && instance.version.split(separator: ".").count == 3)
            #expect("\(instance.details)".contains("primary"), "\(instance.details)")
            let first = try #require(servers.process())
            #expect(await manager.control(RedisBench.id, instance: "primary", .restart) == .done)
            #expect(servers.process() != nil && servers.process() != first)
            #expect(await manager.control(RedisBench.id, instance: "", .stop) == .done)
            try await servers.bench.wait("it is stopped") { $0.instances.map(\.state) == [.stopped] }
            let stops = servers.events("server.stopped")
            #expect(stops.count == 2 && stops.allSatisfy { $0.severity == .info }, "an operator asked for it: \(stops)")
            let unknown = await manager.control(RedisBench.id, instance: "other", .start)
            #expect("\(unknown)".contains("no server other"), "\(unknown)")
        }
    }

    @Test("a password that is refused degrades the state with the reason, without the password", .tags(.R13))
    func reportsRefusal() async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            for (secret, reason) in [("wrong", "WRONGPASS"), ("missing", "no secret missing"), ("", "NOAUTH")] {
                try await servers.apply(servers.settings(secret: secret))
                try await servers.bench.wait("it is degraded: \(reason)") {
                    $0.instances.map(\.state) == [.degraded] && "\($0.instances)".contains(reason)
                }
                #expect(!"\(try await servers.bench.report)".contains("nonsense"))
            }
            let refused = await manager.apply(
                try servers.settings(secret: "wrong", configuration: #"{"timeout": 9}"#), to: RedisBench.id)
            #expect("\(refused)".contains("WRONGPASS") && "\(refused)".contains("/servers/0/configuration"))
        }
    }

    @Test("a server that listens and does not answer is degraded, and costs no other server its state", .tags(.R13))
    func reportsSilence() async throws {
        let servers = try await RedisBench(hasReplica: true)
        try await servers.run { _ in
            try await servers.wait(for: "master_link_status:up", in: "INFO", "replication", at: "replica")
            let pid = try #require(servers.process(of: "replica"))
            kill(pid, SIGSTOP)
            defer { kill(pid, SIGCONT) }
            try await servers.apply(servers.settings(more: #", "checkSeconds": 1"#))
            try await servers.bench.wait("one does not answer, one runs") {
                $0.instances.map(\.state) == [.running, .degraded] && "\($0.instances)".contains("in time")
            }
            #expect(servers.events("server.stopped").isEmpty, "it is not known whether it has")
            #expect(try await servers.bench.report.health.state == .running)
        }
    }

    @Test("statistics: connections, commands, memory, hits and misses, keys of each database", .tags(.R15))
    func reportsStatistics() async throws {
        let servers = try await RedisBench(more: "maxmemory 64mb\nmaxmemory-policy allkeys-lru")
        try await servers.run { manager in
            try servers.ask("SET", "a", "b")
            try servers.ask("GET", "a")
            try servers.ask("GET", "nothing")
            try servers.ask("-n", "3", "SET", "a", "b")
            let values = await manager.statistics().flatMap(\.values)
            func value(_ name: String) -> Double? { values.first { $0.name == name }?.value }
            #expect(value("keyspace.hits") == 1 && value("keyspace.misses") == 1)
            #expect(value("keys{db0}") == 1 && value("keys{db3}") == 1)
            #expect(value("memory.max") == Double(64 << 20))
            #expect(try #require(value("memory.used")) > 100_000)
            let commands = try #require(values.first { $0.name == "commands" })
            #expect(commands.kind == .counter && commands.startTime > 0 && commands.value > 4)
            let again = await manager.statistics().flatMap(\.values).first { $0.name == "commands" }
            #expect(again?.startTime == commands.startTime, "the counter has not begun anew")
            #expect(try await servers.bench.report.health.refusals == 0, "everything it says is in its manifest")
            let host = try #require(try await servers.bench.report.health.pid)
            let memory = try #require(HostMemory(of: host))
            print("plugin host with Redis (Rust, release): \(memory)")
            #expect(memory.privateDirty < 8 << 10)
        }
    }

    @Test("a replica is an instance, and a link that is lost and restored is told once each", .tags(.R15, .R16))
    func reportsReplication() async throws {
        let servers = try await RedisBench(hasReplica: true)
        try await servers.run { manager in
            try await servers.wait(for: "master_link_status:up", in: "INFO", "replication", at: "replica")
            try await servers.apply(servers.settings(more: #", "checkSeconds": 1"#))
            try await servers.bench.wait("both run") { $0.instances.map(\.state) == [.running, .running] }
            let series = await manager.statistics().flatMap(\.values).map(\.name)
            #expect(series.contains("replication.delay"))
            try await servers.wait(for: "state=online", in: "INFO", "replication")
            let lag = await manager.statistics().flatMap(\.values).map(\.name)
            #expect(lag.contains { $0.hasPrefix("replication.lag{") }, "\(lag)")

            #expect(await manager.control(RedisBench.id, instance: "primary", .stop) == .done)
            try await servers.bench.recorder.wait("replication.lost") {
                $0.events.contains { $0.type == "replication.lost" && $0.instance == "replica" }
            }
            try await servers.bench.wait("the replica is degraded") {
                $0.instances.map(\.state) == [.stopped, .degraded]
                    && "\($0.instances)".contains("its primary 127.0.0.1")
            }
            #expect(await manager.control(RedisBench.id, instance: "primary", .start) == .done)
            try await servers.bench.recorder.wait("replication.restored") {
                $0.events.contains { $0.type == "replication.restored" && $0.instance == "replica" }
            }
            #expect(servers.events("replication.lost").map(\.severity) == [.warning])
            #expect(servers.events("replication.restored").map(\.severity) == [.info])
        }
    }

    @Test(
        "a server that dies by itself is an event of severity failure, and comes back with its parameters", .tags(.R16))
    func noticesDeath() async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            try await servers.apply(
                servers.settings(configuration: #"{"timeout": 77}"#, more: #", "checkSeconds": 1"#))
            kill(try #require(servers.process()), SIGKILL)
            try await servers.bench.recorder.wait("server.stopped") {
                $0.events.contains {
                    $0.type == "server.stopped" && $0.severity == .failure && $0.instance == "primary"
                }
            }
            // As a unit with Restart= would.
            try Program.run(["/usr/bin/redis-server", "\(servers.root)/primary.conf", "--daemonize", "yes"])
            try await servers.bench.recorder.wait("it was started once more") { heard in
                heard.events.filter { $0.type == "server.started" }.count == 2
            }
            try await servers.wait(for: "77", in: "CONFIG", "GET", "timeout")
        }
    }

    @Test("memory that is short and a snapshot that fails degrade the state and are told once", .tags(.R13, .R16))
    func noticesTrouble() async throws {
        let servers = try await RedisBench()
        try await servers.run { _ in
            try servers.ask("SET", "big", String(repeating: "x", count: 100_000))
            try servers.ask("CONFIG", "SET", "maxmemory", "1000000")
            try Program.run(["/bin/mkdir", "\(servers.root)/primary/dump.rdb"])
            try servers.ask("BGSAVE")
            try await servers.wait(for: "rdb_last_bgsave_status:err", in: "INFO", "persistence")
            try await servers.apply(servers.settings(more: #", "checkSeconds": 1"#))
            try await servers.bench.wait("both are told in its state") {
                "\($0.instances)".contains("could not be saved; memory is short")
                    && $0.instances.map(\.state) == [.degraded]
            }
            try await servers.bench.recorder.wait("both events") {
                $0.events.contains { $0.type == "memory.short" }
                    && $0.events.contains { $0.type == "persistence.failed" }
            }
            let update = try await servers.bench.perform("save", #"{"server": "primary"}"#)
            #expect("\(update.state)".contains("could not save"), "\(update)")
            try Program.run(["/bin/rmdir", "\(servers.root)/primary/dump.rdb"])
            let saved = try await servers.bench.perform("save", #"{"server": "primary"}"#)
            #expect(saved.state == .succeeded, "\(saved)")
            #expect(servers.events("memory.short").map(\.severity) == [.warning])
            #expect(servers.events("persistence.failed").map(\.severity) == [.failure])
        }
    }

    @Test("two servers of one name, and more than 32, are refused with their place", .tags(.R22))
    func refusesTwice() async throws {
        let servers = try await RedisBench()
        try await servers.bench.run { manager in
            try await servers.bench.waitUntil(.running)
            let twice = await manager.apply(["servers": [["name": "a"], ["name": "a"]]], to: RedisBench.id)
            #expect(twice == .failed(ApplyProblem(reason: "two servers are called a", pointer: "/servers/1/name")))
            let many = JSONValue.array((0..<33).map { ["name": .string("s\($0)")] })
            let refused = await manager.apply(["servers": many], to: RedisBench.id)
            #expect(refused == .failed(ApplyProblem(reason: "there are more than 32 servers", pointer: "/servers")))
        }
    }
}
