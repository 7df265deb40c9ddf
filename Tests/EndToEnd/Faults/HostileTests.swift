import DesiredState
import Foundation
import TestStage
import Testing

/// What the operator sees of a plugin that misbehaves, and that nobody else suffers. Every way to misbehave:
/// `HostileCallTests`, `HostileLoadTests`, `StrayProcessTests`, `HostRefusalTests`.
@Suite(.tags(.R16, .R23)) struct HostileTests {
    @Test func `the operator reads why a plugin that hangs or takes all memory was ended, and the other goes on`()
        async throws
    {
        let stage = try Stage(plugins: [.fixture, .linux])
        let server = try await stage.server()
        // A machine whose processors are busy is degraded, as the plugin says of it: that is none of this.
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: busy}
            spec:
              application: martlet.linux
              group: root
              settings: {thresholds: {cpuPercent: 0, memoryPercent: 0, diskPercent: 0}}
            """)
        let agent = try await StageAgent.joinConnected(server)
        try await eventually("no threshold is in force") {
            try await server.entry("martlet.linux", of: "web1")?["status"] == "applied"
        }
        let linux = try await agent.plugin("martlet.linux")
        try await server.task("grow", parameters: "{}")
        try await server.operate("run", "grow", "--device", "web1")
        try await eventually("an event says that memory ran out\n\(agent.process.text.suffix(1_500))") {
            try await server.events(type: "plugin.failed").contains {
                $0["spec"]?["text"]?.stringValue?.contains("out of memory") == true
            }
        }
        try await eventually("the run is lost, and says why") {
            let run = try await server.get("runs").first
            return run?["status"]?["state"] == "lost"
                && run?["status"]?["message"]?.stringValue?.contains("signal 6") == true
        }
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: hang}
            spec: {application: martlet.fixture, group: root, settings: {misbehaveIn: validate, misbehaveHow: hang}}
            """)
        try await eventually("an event says what hangs\n\(agent.process.text.suffix(1_500))", within: 60) {
            try await server.events(type: "plugin.failed").contains {
                $0["spec"]?["text"]?.stringValue?.contains("validate settings has not returned in 2 s") == true
            }
        }
        try await eventually("the device's health says so too") {
            let host = try await server.device("web1")["status"]?["applications"]?.arrayValue?.first {
                $0["application"] == "martlet.fixture" && $0["instance"] == "plugin-host"
            }
            return host?["error"]?.stringValue?.contains("validate settings") == true
        }
        #expect(try await agent.plugin("martlet.linux")["pid"] == linux["pid"])
        #expect(try await server.application("martlet.linux", of: "web1")?["healthy"] == true)
    }

    @Test func `nothing that a plugin started is left when its process is killed, nor when the agent is`() async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let host = try await agent.plugin("martlet.fixture")["pid"]
        let first = try await Self.leaveChild(server, stage.path("first"))
        kill(pid_t(try #require(host?.integerValue)), SIGKILL)
        try await eventually("the child of the killed host is ended") { ProcessState.isOver(first) }
        try await eventually("the plugin is back") {
            let plugin = try await agent.plugin("martlet.fixture")
            return plugin["host"] == "running" && plugin["pid"] != host
        }
        let second = try await Self.leaveChild(server, stage.path("second"))
        let next = try await agent.restart(signal: SIGKILL)
        try await eventually("what the killed agent left is ended by the next one\n\(next.process.text)") {
            ProcessState.isOver(second)
        }
    }

    /// A grandchild of the plugin, in a session of its own.
    private static func leaveChild(_ server: StageServer, _ file: String) async throws -> pid_t {
        try await server.startTask("child", parameters: "{how: daemon, path: \"\(file)\"}")
        let child = try await eventually("the child has said its number") { () -> pid_t? in
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            return text.hasSuffix("\n") ? pid_t(text.dropLast()) : nil
        }
        #expect(!ProcessState.isOver(child))
        return child
    }
}
