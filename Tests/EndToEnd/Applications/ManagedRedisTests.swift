import DesiredState
import Foundation
import Glibc
import PluginTestBench
import TestStage
import Testing

/// A real Redis, managed by an agent that gave up root.
@Suite(
    .tags(.R23, .R24), .enabled(if: geteuid() == 0, "giving up root needs root"),
    .enabled(if: Cargo.path != nil, "the plugin is built by cargo, which is not here"))
struct ManagedRedisTests {
    private let stage: Stage
    private let port: UInt16
    private var folder: String { stage.path("redis") }
    private var pidFile: String { folder + "/server/pid" }

    init() throws {
        stage = try Stage(plugins: [])
        port = try FreePort.onLoopback()
    }

    private func join() async throws -> ManagedApplication {
        for name in ["server", "backups"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        try stage.write(
            "redis/redis.conf",
            """
            bind 127.0.0.1
            port \(port)
            daemonize yes
            pidfile \(pidFile)
            dir \(folder)/server
            logfile \(folder)/server/log
            requirepass secret-word
            repl-diskless-sync-delay 0
            save ""

            """)
        try StagePlugin(
            id: "martlet.redis", library: "", folder: "Redis", local: ["backupDirectory": folder + "/backups"],
            file: try await Cargo.redisPlugin()
        ).install(in: stage.pluginsDirectory, directory: stage.directory)
        let server = try await stage.server()
        let agent = try await StageAgent.join(
            server,
            extra: """
                directUnits:
                  redis-server: {start: [/usr/bin/redis-server, \(folder)/redis.conf], pidFile: \(pidFile)}
                grants: {martlet.redis: {units: [redis-server]}}
                """, user: ManagedApplication.user)
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        return ManagedApplication(server: server, agent: agent, plugin: "martlet.redis")
    }

    @Test func `a server of Redis is started, set, saved and backed up, by a plugin with a user of its own`()
        async throws
    {
        let redis = try await join()
        defer { ManagedApplication.end(pidFile) }
        let user = try #require(try await ManagedApplication.user(of: redis.host()))
        #expect(user >= 0x7000_0000)
        try await redis.set(password: "secret-word")
        try await redis.apply(
            """
            servers:
              - {name: main, port: \(port), passwordSecret: password, unit: redis-server, configuration: {maxclients: 77}}
            """, becomes: "applied")
        try await redis.becomes("stopped", instance: "main")
        // It daemonizes: its first process ends before the number is there.
        try await redis.control("start", instance: "main").expect(0)
        try await redis.becomes("running", instance: "main")
        let first = try #require(ManagedApplication.pid(in: pidFile))
        func ask(_ words: String...) async throws -> String {
            try await ManagedApplication.program(
                ["/usr/bin/redis-cli", "-p", "\(port)", "-a", "secret-word", "--no-auth-warning"] + words)
        }
        try await eventually("a server that was started is given its parameters\n\(redis.log)") {
            try await ask("CONFIG", "GET", "maxclients").contains("77")
        }
        _ = try await ask("SET", "bird", "martlet")
        #expect(try await redis.run("save", parameters: "{server: main}")["state"] == "succeeded")
        #expect(chown(folder + "/backups", user, user) == 0)
        let backup = try await redis.run("backup", parameters: "{server: main, file: birds.rdb}")
        #expect(backup["state"] == "succeeded", "\(backup)\n\(redis.log)")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/backups/birds.rdb"))
        #expect(bytes.range(of: Data("martlet".utf8)) != nil)
        try await redis.control("restart", instance: "main").expect(0)
        #expect(ManagedApplication.pid(in: pidFile) != first && ProcessState.isOver(first))
        try await redis.control("stop", instance: "main").expect(0)
        try await redis.becomes("stopped", instance: "main")
    }
}
