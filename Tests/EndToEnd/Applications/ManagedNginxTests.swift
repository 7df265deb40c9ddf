import DesiredState
import Foundation
import Glibc
import PluginTestBench
import TestStage
import Testing

/// A real nginx, managed by an agent that gave up root.
@Suite(.tags(.R23, .R24), .enabled(if: geteuid() == 0, "giving up root needs root"))
struct ManagedNginxTests {
    private let stage: Stage
    private let statusPort: UInt16
    private let sitePort: UInt16
    private let policyPort: UInt16

    private var folder: String { stage.path("nginx") }
    private var pidFile: String { folder + "/nginx.pid" }
    private var snippet: String { folder + "/conf.d/martlet.conf" }

    init() throws {
        stage = try Stage(plugins: [])
        (statusPort, sitePort, policyPort) = (
            try FreePort.onLoopback(), try FreePort.onLoopback(), try FreePort.onLoopback()
        )
        try FileManager.default.createDirectory(atPath: folder + "/conf.d", withIntermediateDirectories: true)
        let temporaries = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder)/\($0);"
        }
        try stage.write(
            "nginx/nginx.conf",
            """
            user nobody nogroup;
            worker_processes 2;
            pid \(pidFile);
            error_log \(folder)/error.log;
            events { worker_connections 64; }
            http {
                access_log off;
                \(temporaries.joined(separator: "\n    "))
                server { listen 127.0.0.1:\(sitePort); location / { return 200 "a site"; } }
                include \(folder)/conf.d/*.conf;
            }

            """)
    }

    /// `grant`: what the host's owner says of the plugin.
    private func join(grant: String = "") async throws -> ManagedApplication {
        try StagePlugin(
            id: "martlet.nginx", library: "martlet-plugin-nginx", folder: "Nginx",
            local: [
                "configuration": folder + "/nginx.conf", "snippetFile": snippet, "pidFile": pidFile,
                "statusPort": "\"\(statusPort)\"",
            ]
        ).install(in: stage.pluginsDirectory, directory: stage.directory)
        let server = try await stage.server()
        let agent = try await StageAgent.join(
            server,
            extra: """
                directUnits:
                  nginx: {start: [/usr/sbin/nginx, -c, \(folder)/nginx.conf], pidFile: \(pidFile)}
                \(grant)
                """, user: ManagedApplication.user)
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        return ManagedApplication(server: server, agent: agent, plugin: "martlet.nginx")
    }

    private func page(_ port: UInt16) async throws -> String {
        try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/curl"), ["-s", "--max-time", "5", "http://127.0.0.1:\(port)/"]
        ).output
    }

    private func settings(_ directive: String) -> String {
        "checkSeconds: 1\nsnippet: |\n  \(directive)"
    }

    @Test func `nginx is started, changed by a tested snippet, reloaded and stopped by an agent without privilege`()
        async throws
    {
        let nginx = try await join(grant: "grants: {martlet.nginx: {user: root}}")
        defer { ManagedApplication.end(pidFile, signal: SIGTERM) }
        #expect(try ManagedApplication.user(of: nginx.agent.process.pid) != 0)
        #expect(try await ManagedApplication.user(of: nginx.host()) == 0, "as its owner granted")
        try await nginx.control("start").expect(0)
        try await nginx.becomes("running")
        #expect(try await page(sitePort) == "a site")
        let master = try #require(ManagedApplication.pid(in: pidFile))

        let good = "server { listen 127.0.0.1:\(policyPort); location / { return 200 \"from the policy\"; } }"
        try await nginx.apply(settings(good), becomes: "applied")
        #expect(try await page(policyPort) == "from the policy")
        #expect(ManagedApplication.pid(in: pidFile) == master, "it was reloaded, not restarted")
        let file = try String(contentsOfFile: snippet, encoding: .utf8)
        var status = stat()
        #expect(stat(snippet, &status) == 0 && status.st_uid == 0 && status.st_mode & 0o7777 == 0o644)

        // What nginx refuses changes nothing of what serves.
        let reason = try await nginx.apply(settings("nonsense on;"), becomes: "failed")
        #expect(reason.contains("unknown directive \"nonsense\""), "\(reason)")
        #expect(try String(contentsOfFile: snippet, encoding: .utf8) == file)
        #expect(try await page(policyPort) == "from the policy")
        #expect(try await !nginx.server.events(type: "configuration.rejected").isEmpty)
        try await nginx.apply(settings(good), becomes: "applied")

        let reload = try await nginx.run("reload")
        #expect(reload["state"] == "succeeded" && reload["result"]?["workers"] == 2, "\(reload)")
        try await nginx.control("restart").expect(0)
        let next = try #require(ManagedApplication.pid(in: pidFile))
        #expect(next != master && ProcessState.isOver(master))
        // One that ends by itself is told.
        kill(next, SIGTERM)
        try await eventually("its end is told\n\(nginx.log)") {
            try await nginx.server.events(type: "server.stopped").contains {
                ($0["spec"] ?? $0)["severity"]?.stringValue == "failure"
            }
        }
        try await eventually("nobody serves any more") { try await page(sitePort).isEmpty }
        try await nginx.control("start").expect(0)
        try await nginx.control("stop").expect(0)
        try await nginx.becomes("stopped")
        #expect(try await page(sitePort).isEmpty)
    }

    @Test func `without a user that may read the configuration nothing is started, and the reason names the grant`()
        async throws
    {
        let nginx = try await join()
        defer { ManagedApplication.end(pidFile, signal: SIGTERM) }
        #expect(try await ManagedApplication.user(of: nginx.host()) ?? 0 >= 0x7000_0000, "a user of its own")
        let start = try await nginx.control("start")
        #expect(start.code != 0)
        #expect(start.errors.contains("Permission denied"), "\(start.errors)")
        #expect(start.errors.contains("grants.martlet.nginx.user"), "\(start.errors)")
        #expect(ManagedApplication.pid(in: pidFile) == nil)
    }
}
