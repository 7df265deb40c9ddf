import DesiredState
import Foundation
import Glibc
import PluginTestBench
import TestStage
import Testing

/// A real cluster of PostgreSQL, managed by a plugin that came in a package to an agent that gave up root.
@Suite(.tags(.R23, .R24), .enabled(if: geteuid() == 0, "giving up root needs root"))
struct ManagedPostgreSQLTests {
    private static let password = "a pass word"
    /// Of the newest PostgreSQL that Debian installed.
    private static let programs: String = {
        let versions = (1...99).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
        return versions.first { access("\($0)/initdb", X_OK) == 0 } ?? "/usr/lib/postgresql/none/bin"
    }()

    private let stage: Stage
    private let port: UInt16
    private var folder: String { stage.path("postgresql") }
    private var pidFile: String { folder + "/cluster/data/postmaster.pid" }

    init() throws {
        stage = try Stage(plugins: [])
        port = try FreePort.onLoopback()
    }

    private func makeCluster() async throws {
        for name in ["cluster", "backups"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        try stage.write("postgresql/password", Self.password)
        try await ManagedApplication.program(["/bin/chown", "postgres:postgres", folder + "/cluster"])
        try await ManagedApplication.program(
            [
                "\(Self.programs)/initdb", "-D", "\(folder)/cluster/data", "--auth=scram-sha-256",
                "--pwfile=\(folder)/password", "--encoding=UTF8", "--locale=C", "--no-sync", "-U", "postgres",
            ], as: "postgres")
        // Starts as a unit would, and is named like the program, by which the service manager knows its process.
        try stage.write(
            "postgresql/postgres",
            """
            #!/bin/sh
            exec /usr/bin/setpriv --reuid=postgres --regid=postgres --clear-groups \(Self.programs)/postgres \
            -D \(folder)/cluster/data -p \(port) -k \(folder)/cluster -h 127.0.0.1 -c fsync=off -c shared_buffers=8MB
            """)
        #expect(chmod(folder + "/postgres", 0o755) == 0)
    }

    private func sql(_ command: String) async throws -> String {
        try await ManagedApplication.program([
            "/usr/bin/env", "PGPASSWORD=\(Self.password)", "\(Self.programs)/psql", "-XAtq", "-h", "127.0.0.1", "-p",
            "\(port)", "-U", "postgres", "-c", command,
        ])
    }

    /// With the plugin in a signed package; the units it may act on are in the signed statement of trust alone.
    private func join() async throws -> ManagedApplication {
        let plugin = StagePlugin(
            id: "martlet.postgresql", library: "martlet-plugin-postgresql", folder: "PostgreSQL",
            local: ["pgDump": "\(Self.programs)/pg_dump", "backupDirectory": folder + "/backups"])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(
            server, serial: 1, plugin: plugin.id, more: "grants: {\(plugin.id): {units: [main]}}")
        _ = try await vendor.release(server, plugin, version: "1.0.0")
        let agent = try await StageAgent.join(
            server,
            extra: """
                packages: {healthWindow: 2}
                directUnits:
                  main: {start: [\(folder)/postgres], pidFile: \(pidFile)}
                  other: {start: [\(folder)/postgres], pidFile: \(pidFile)}
                """, user: ManagedApplication.user)
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: PluginPackage
            metadata: {name: postgresql}
            spec: {application: \(plugin.id), version: "1.0.0", group: root}
            """)
        return ManagedApplication(server: server, agent: agent, plugin: plugin.id)
    }

    private func settings(unit: String = "main") -> String {
        """
        clusters:
          - {name: main, host: 127.0.0.1, port: \(port), user: postgres, passwordSecret: password, unit: \(unit)}
        """
    }

    @Test func `a packaged plugin starts, watches, vacuums and backs up a cluster, as a user of its own`() async throws
    {
        try await makeCluster()
        let cluster = try await join()
        defer { ManagedApplication.end(pidFile, signal: SIGQUIT) }
        let user = try #require(try await ManagedApplication.user(of: cluster.host()))
        #expect(user >= 0x7000_0000)
        let shown = try await cluster.agent.plugin(cluster.plugin)["user"]?.integerValue
        #expect(shown == Int64(user), "by which the owner of the host gives it a folder")
        try await cluster.set(password: Self.password)
        try await cluster.apply(settings(), becomes: "applied")
        try await cluster.becomes("stopped", instance: "main")
        try await cluster.control("start", instance: "main").expect(0)
        try await cluster.becomes("running", instance: "main")
        let postmaster = try #require(ManagedApplication.pid(in: pidFile))
        #expect(try ManagedApplication.user(of: postmaster) == getpwnam("postgres")?.pointee.pw_uid)

        _ = try await sql(
            "CREATE TABLE birds AS SELECT n FROM generate_series(1, 5000) n; DELETE FROM birds WHERE n % 2 = 0")
        let vacuum = try await cluster.run("vacuum", parameters: "{cluster: main, database: postgres}")
        #expect(vacuum["state"] == "succeeded", "\(vacuum)")
        #expect(vacuum["result"]?["tables"]?.integerValue ?? 0 >= 1, "\(vacuum)")

        // Who owns the folder decides; nothing is written by root's side.
        let parameters = "{cluster: main, database: postgres, file: birds.dump}"
        let refused = try await cluster.run("backup", parameters: parameters)
        #expect(refused["state"] == "failed" && "\(refused)".contains("Permission denied"), "\(refused)")
        #expect(chown(folder + "/backups", user, user) == 0)
        let backup = try await cluster.run("backup", parameters: parameters)
        #expect(backup["state"] == "succeeded", "\(backup)\n\(cluster.log)")
        var status = stat()
        #expect(stat(folder + "/backups/birds.dump", &status) == 0 && status.st_uid == user)
        let list = try await ManagedApplication.program([
            "\(Self.programs)/pg_restore", "-l", folder + "/backups/birds.dump",
        ])
        #expect(list.contains("TABLE DATA public birds"), "\(list)")

        try await cluster.control("restart", instance: "main").expect(0)
        #expect(ManagedApplication.pid(in: pidFile) != postmaster)
        #expect(try await sql("SELECT count(*) FROM birds") == "2500\n")
        try await cluster.control("stop", instance: "main").expect(0)
        try await cluster.becomes("stopped", instance: "main")
        #expect(ManagedApplication.pid(in: pidFile) == nil)
        // Another unit of the configuration is not granted.
        try await cluster.apply(settings(unit: "nothing") + "\n", becomes: "applied")
        try await eventually("the device has them\n\(cluster.log)") {
            let inForce = try await cluster.server.device("web1")["status"]?["effectiveConfiguration"]
            return inForce?["martlet.postgresql"]?["clusters"]?.arrayValue?.first?["unit"] == "nothing"
        }
        let other = try await eventually("the other unit is named") { () -> Outcome? in
            let outcome = try await cluster.control("start", instance: "main")
            return outcome.errors.contains("granted") ? outcome : nil
        }
        #expect(other.code != 0 && ManagedApplication.pid(in: pidFile) == nil)
    }
}
