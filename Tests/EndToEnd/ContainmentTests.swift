import DesiredState
import Foundation
import Glibc
import TestStage
import Testing

/// What a hostile plugin that came in a package tries, and does not get.
@Suite(.tags(.R23)) struct ContainmentTests {
    private static let task = """
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: attempt}
        spec:
          application: martlet.fixture
          task: attempt
          scope: {group: root}
          parameters: {what: WHAT, target: "TARGET", pid: PID}
        """

    private func attempt(
        _ what: String, _ target: String = "", pid: Int64 = 0, of server: StageServer
    ) async throws -> Int32 {
        try await server.apply(
            Self.task.replacingOccurrences(of: "WHAT", with: what).replacingOccurrences(of: "TARGET", with: target)
                .replacingOccurrences(of: "PID", with: "\(pid)"))
        try await server.operate("run", "attempt", "--device", "web1", "--wait")
        let run = try #require(try await server.get("runs").first)
        return Int32(try #require(run["status"]?["result"]?["errno"]?.integerValue))
    }

    /// `user`: whom the agent becomes; nil stays root.
    @Test(.enabled(if: geteuid() == 0, "users of plugins' own need root"), arguments: [nil, "nobody"])
    func
        `a plugin in a package reaches neither the agent, nor its keys and socket, nor other plugins, nor the kernel's odd doors`(
            user: String?
        )
        async throws
    {
        let stage = try Stage(plugins: [.linux])
        // The server knows the other plugin by its folder, and so has the agent it.
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        try await vendor.trust(server, serial: 1)
        _ = try await vendor.release(server, version: "1.0.0")
        let agent = try await StageAgent.join(server, extra: "packages: {healthWindow: 1}", user: user)
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: PluginPackage
            metadata: {name: fixture}
            spec: {application: martlet.fixture, version: "1.0.0", group: root}
            """)
        try await eventually("it is installed\n\(agent.process.text.suffix(3_000))", within: 60) {
            let isRunning = try await agent.plugin("martlet.fixture")["host"] == "running"
            let isSettled = try await server.entry("martlet.packages", of: "web1")?["status"] == "applied"
            return isRunning && isSettled
        }
        let own = Int64(try #require(try await agent.plugin("martlet.fixture")["pid"]?.integerValue))
        let other = Int64(try #require(try await agent.plugin("martlet.linux")["pid"]?.integerValue))
        let core = Int64(agent.process.pid)
        let status = try String(contentsOfFile: "/proc/\(own)/status", encoding: .utf8)
        let uid = try #require(
            status.split(separator: "\n").first { $0.hasPrefix("Uid:") }?.split(separator: "\t").last)
        #expect(try #require(UInt32(uid)) >= 0x7000_0000)
        #expect(status.contains("NoNewPrivs:\t1") && status.contains("CapEff:\t0000000000000000"))
        #expect(status.contains("Groups:\t\n") || status.contains("Groups:\t \n"))
        #expect(status.contains("Seccomp:\t2"))
        // Not a question of a path that is not there: its owner can.
        for file in ["identity/device.key", "agent.db"] {
            #expect(access(stage.path("web1/\(file)"), R_OK) == 0)
            #expect(try await attempt("read", stage.path("web1/\(file)"), of: server) == EACCES, "\(file)")
        }
        let storage = stage.path("web1/plugins/martlet.linux")
        try FileManager.default.createDirectory(atPath: storage, withIntermediateDirectories: true)
        #expect(try await attempt("read", storage, of: server) == EACCES, "another plugin's storage")
        #expect(try await attempt("write", storage + "/x", of: server) == EACCES)
        #expect(try await attempt("write", "/etc/martlet-was-here", of: server) == EACCES)
        #expect(try await attempt("connect", stage.path("web1.sock"), of: server) == EACCES, "the agent's socket")
        let parent = try #require(
            status.split(separator: "\n").first { $0.hasPrefix("PPid:") }.flatMap { Int64($0.dropFirst(6)) })
        let staysRoot = user == nil
        #expect((parent == core) == staysRoot, "its parent is the agent's helper, where there is one")
        for (pid, who) in [(core, "the agent"), (other, "another plugin"), (parent, "its parent")] {
            for what in ["ptrace", "memory", "descriptor", "kill"] {
                #expect(try await attempt(what, pid: pid, of: server) == EPERM, "\(what) of \(who)")
            }
        }
        for what in ["root", "namespace", "program", "terminal"] {
            #expect(try await attempt(what, of: server) == EPERM, "\(what)")
        }
        #expect(getsid(Int32(own)) == Int32(own), "it has no terminal of the agent's")
        #expect(try await attempt("mount", "/tmp", of: server) == EPERM)
        // What everybody may it may, too.
        #expect(try await attempt("read", "/etc/passwd", of: server) == 0)
        #expect(try await agent.plugin("martlet.fixture")["pid"]?.integerValue == own, "nobody was ended for it")
    }
}
