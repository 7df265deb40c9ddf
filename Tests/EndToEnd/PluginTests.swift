import DesiredState
import Foundation
import TestStage
import Testing

@Suite struct PluginTests {
    private static func misbehave(_ place: String, _ how: String) -> String {
        """
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: misbehave}
        spec:
          application: martlet.fixture
          group: root
          settings: {misbehaveIn: \(place), misbehaveHow: \(how)}
        """
    }

    @Test(.tags(.R23)) func `a plugin that crashes is started again, the others go on, and the operator sees why`()
        async throws
    {
        let stage = try Stage(plugins: [.fixture, .linux])
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let linux = try await agent.plugin("martlet.linux")
        try await server.apply(Self.misbehave("control", "crash"))
        try await eventually("settings in force") {
            try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied"
        }
        let outcome = try await server.martlet(["app", "start", "martlet.fixture", "--device", "web1", "--wait"])
        #expect(outcome.code != 0)
        try await eventually("an event says why") {
            try await server.events(type: "plugin.failed").contains {
                $0["spec"]?["text"]?.stringValue?.contains("signal") == true
            }
        }
        try await eventually("running again\n\(agent.process.text.suffix(1_500))") {
            let plugin = try await agent.plugin("martlet.fixture")
            return plugin["host"] == "running" && (plugin["restarts"]?.integerValue ?? 0) >= 1
        }
        #expect(try await agent.plugin("martlet.linux")["pid"] == linux["pid"])
        #expect(agent.process.isRunning)
    }

    @Test(.tags(.R23)) func `no process of ours is left when the agent is killed`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        let pid = pid_t(try #require(try await agent.plugin("martlet.fixture")["pid"]?.integerValue))
        #expect(kill(pid, 0) == 0)
        await agent.stop(signal: SIGKILL)
        try await eventually("the host ended with it") { kill(pid, 0) != 0 }
    }

    @Test(.tags(.R21)) func `the agent links no full Foundation, no web framework and no ORM`() async throws {
        let linked = try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/ldd"), [Products.executable("martlet-agent").path])
        try linked.expect(0)
        for name in [
            "libFoundation.so", "libFoundationNetworking", "lib_FoundationICU", "libFoundationInternationalization",
        ] {
            #expect(!linked.output.contains(name))
        }
        let symbols = try await Outcome.of(
            URL(fileURLWithPath: "/bin/sh"),
            [
                "-c",
                "strings -n 8 '\(Products.executable("martlet-agent").path)' | grep -cE '\\$s(4GRDB|11Hummingbird|4Yams|4X509)' || true",
            ])
        #expect(symbols.output.trimmingCharacters(in: .whitespacesAndNewlines) == "0")
        // The host is C: a debug build may list the runtime among its libraries, but asks nothing of it.
        let host = try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/nm"),
            ["-D", "--undefined-only", Products.executable("martlet-plugin-host").path])
        try host.expect(0)
        #expect(!host.output.contains("swift"))
    }
}
