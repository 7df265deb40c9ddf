import AgentPlugins
import DesiredState
import DurableFiles
import Glibc
import PluginTestBench
import Testing

/// The plugin's tasks with real servers.
@Suite(.serialized, .enabled(if: RedisLibrary.cargo != nil, "no cargo here"))
struct RedisTaskTests {
    private static let primary = #"{"server": "primary"}"#

    @Test("save is over when the snapshot is on Redis's disk", .tags(.R14))
    func saves() async throws {
        let servers = try await RedisBench()
        try await servers.run { _ in
            try servers.ask("SET", "a", "b")
            #expect(access("\(servers.root)/primary/dump.rdb", F_OK) != 0)
            let update = try await servers.bench.perform("save", Self.primary)
            #expect(update.state == .succeeded, "\(update)")
            #expect(try JSONValue(parsing: update.result)["keys"] == 1)
            let checked = try Program.run(["/usr/bin/redis-check-rdb", "\(servers.root)/primary/dump.rdb"])
            #expect(checked.contains("RDB looks OK"))
            #expect(try servers.ask("INFO", "persistence").contains("rdb_changes_since_last_save:0"))
        }
    }

    @Test("rewrite-aof makes the append-only file smaller, and is refused where there is none", .tags(.R14))
    func rewrites() async throws {
        let servers = try await RedisBench()
        try await servers.run { _ in
            let refused = try await servers.bench.perform("rewrite-aof", Self.primary)
            #expect("\(refused.state)".contains("no append-only file"), "\(refused)")
            try await servers.apply(servers.settings(configuration: #"{"appendonly": true}"#))
            try await servers.wait(for: "aof_rewrite_in_progress:0", in: "INFO", "persistence")
            for _ in 0..<20 { try servers.ask("SET", "a", String(repeating: "x", count: 10_000)) }
            let update = try await servers.bench.perform("rewrite-aof", Self.primary)
            #expect(update.state == .succeeded, "\(update)")
            let result = try JSONValue(parsing: update.result)
            let (before, after) = (result["bytesBefore"]?.integerValue, result["bytesAfter"]?.integerValue)
            #expect(try #require(before) > #require(after), "\(result)")
        }
    }

    @Test("a backup is a file that Redis starts from, of a primary and of a replica", .tags(.R14))
    func backsUp() async throws {
        let servers = try await RedisBench(hasReplica: true)
        try await servers.run { _ in
            try servers.ask("SET", "order", "1000")
            try await servers.wait(for: "1000", in: "GET", "order", at: "replica")
            for name in servers.names {
                let parameters = #"{"server": "\#(name)", "file": "\#(name).rdb"}"#
                let update = try await servers.bench.perform("backup", parameters)
                #expect(update.state == .succeeded, "\(update)")
                let file = "\(servers.root)/backups/\(name).rdb"
                var status = stat()
                #expect(stat(file, &status) == 0 && status.st_mode & 0o077 == 0, "nobody else may read it")
                #expect(try JSONValue(parsing: update.result)["bytes"] == .integer(Int64(status.st_size)))
                #expect(access("\(file).partial", F_OK) != 0)
                #expect(try Program.run(["/usr/bin/redis-check-rdb", file]).contains("RDB looks OK"))
                try await restore(name, of: servers)
                let again = try await servers.bench.perform("backup", parameters)
                #expect("\(again.state)".contains("is there already"), "\(again)")
            }
            #expect(access("\(servers.root)/primary/dump.rdb", F_OK) != 0, "Redis's own snapshot is left as it was")
        }
    }

    /// Waits until a server that starts from a backup has the value of `order`.
    private func restore(_ name: String, of servers: RedisBench) async throws {
        let restored = "restored-\(name)"
        try FileBytes.makeDirectory("\(servers.root)/\(restored)")
        try RedisBench.configure(
            servers.root, restored, "port 0\ndir \(servers.root)/backups\ndbfilename \(name).rdb\ndaemonize yes")
        try Program.run(["/usr/bin/redis-server", "\(servers.root)/\(restored).conf"])
        defer { if let pid = servers.process(of: restored) { kill(pid, SIGKILL) } }
        try await servers.wait(for: "1000", in: "GET", "order", at: restored)
    }

    @Test("a backup that cannot be made says why and leaves no file", .tags(.R14))
    func reportsFailedBackup() async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            let parameters = #"{"server": "primary", "file": "x.rdb"}"#
            try servers.ask("ACL", "SETUSER", "default", "-sync", "-psync")
            let refused = try await servers.bench.perform("backup", parameters)
            #expect("\(refused.state)".contains("no permissions"), "\(refused)")
            try servers.ask("ACL", "SETUSER", "default", "+@all")
            #expect(await manager.control(RedisBench.id, instance: "primary", .stop) == .done)
            let stopped = try await servers.bench.perform("backup", parameters)
            #expect("\(stopped.state)".contains("does not run"), "\(stopped)")
            #expect(access("\(servers.root)/backups/x.rdb", F_OK) != 0)
            #expect(access("\(servers.root)/backups/x.rdb.partial", F_OK) != 0)
        }
    }

    @Test("runs that are cancelled end at once, with progress before", .tags(.R14), arguments: ["save", "backup"])
    func cancels(task: String) async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            for key in 0..<50 { try servers.ask("SET", "key\(key)", String(repeating: "x", count: 4_000)) }
            // Redis's own means for tests: so many microseconds for each key.
            try servers.ask("CONFIG", "SET", "rdb-key-save-delay", "500000")
            let parameters = task == "save" ? Self.primary : #"{"server": "primary", "file": "x.rdb"}"#
            let id = try await servers.bench.start(task, parameters)
            try await servers.bench.recorder.wait("it has begun") { $0.updates.contains { $0.runID == id } }
            try await servers.wait(for: "rdb_bgsave_in_progress:1", in: "INFO", "persistence")
            _ = await manager.cancelTask(runID: id, application: RedisBench.id)
            let update = try await servers.bench.end(of: id, atMost: .seconds(10))
            #expect("\(update.state)".contains("cancelled"), "\(update)")
            #expect(access("\(servers.root)/backups/x.rdb.partial", F_OK) != 0)
        }
    }

    @Test("a user with the rights that the README names is let do everything", .tags(.R13, .R14, .R22))
    func needsFewRights() async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            try servers.ask(
                "ACL", "SETUSER", "martlet", "on", ">\(RedisBench.password)", "+info", "+config|get", "+config|set",
                "+bgsave", "+bgrewriteaof", "+sync", "+replconf")
            try await servers.apply(servers.settings(user: "martlet", configuration: #"{"appendonly": true}"#))
            try await servers.bench.wait("it runs") { $0.instances.map(\.state) == [.running] }
            #expect(await !manager.statistics().flatMap(\.values).isEmpty)
            try await servers.wait(for: "aof_rewrite_in_progress:0", in: "INFO", "persistence")
            for (task, parameters) in [
                ("save", Self.primary), ("rewrite-aof", Self.primary),
                ("backup", #"{"server": "primary", "file": "x.rdb"}"#),
            ] {
                let update = try await servers.bench.perform(task, parameters)
                #expect(update.state == .succeeded, "\(update)")
            }
            let refused = try servers.ask("ACL", "LOG")
            #expect(refused.isEmpty, "Redis refused nothing: \(refused)")
        }
    }

    @Test("the password is in no report, event, run, command line or environment", .tags(.R13))
    func keepsPassword() async throws {
        let servers = try await RedisBench()
        try await servers.run { manager in
            _ = try await servers.bench.perform("backup", #"{"server": "primary", "file": "x.rdb"}"#)
            try servers.ask("ACL", "SETUSER", "default", "-bgsave")
            _ = try await servers.bench.perform("save", Self.primary)
            try await servers.apply(servers.settings(secret: "wrong"))
            _ = try await servers.bench.perform("save", Self.primary)
            let heard = servers.bench.recorder.heard
            let host = try #require(try await servers.bench.report.health.pid)
            let said = """
                \(heard.events) \(heard.updates.map { "\($0) \(String(decoding: $0.result, as: UTF8.self))" }) \
                \(await manager.applications()) \(try Program.run(["/bin/cat", "/proc/\(host)/cmdline", "/proc/\(host)/environ"]))
                """
            #expect(!said.contains("word\"") && !said.contains(#"word\""#) && !said.contains("nonsense"))
        }
    }
}
