import DesiredState
import Foundation
import TestStage
import Testing

@Suite struct SynchronisationTests {
    private static let policy = """
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: greeting}
        spec:
          application: martlet.fixture
          group: root
          settings: {greeting: bonjour}
        """

    @Test(.tags(.R11)) func `installed software is listed, and an upgrade travels as a change`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        let before = try await server.get("software", "--device", "web1")
        #expect(before.map { $0["spec"]?["version"]?.stringValue } == ["5.2"])
        let package = { (name: String, version: String) in
            "Package: \(name)\nStatus: install ok installed\nArchitecture: amd64\nVersion: \(version)\n\n"
        }
        try stage.write("web1.dpkg", package("bash", "5.3") + package("curl", "8.1"))
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the new list") {
            try await server.get("software", "--device", "web1").map { $0["spec"]?["version"]?.stringValue } == [
                "5.3", "8.1",
            ]
        }
    }

    @Test(.tags(.R12, .R24)) func `a policy reaches the plugin and is reported applied, and again after a change`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.apply(Self.policy)
        try await server.operate("sync", "web1", "--wait")
        try await eventually("applied") {
            try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied"
        }
        let device = try await server.device("web1")
        #expect(device["status"]?["effectiveConfiguration"]?["martlet.fixture"]?["greeting"] == "bonjour")
        try await server.apply(Self.policy.replacingOccurrences(of: "bonjour", with: "hola"))
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the newer one in force") {
            try await server.device("web1")["status"]?["effectiveConfiguration"]?["martlet.fixture"]?["greeting"]
                == "hola"
        }
    }

    @Test(.tags(.R12)) func `a connected device gets a policy now`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        try await server.apply(Self.policy)
        try await eventually("in force\n\(agent.process.text.suffix(1_000))", within: 10) {
            try await server.device("web1")["status"]?["effectiveConfiguration"]?["martlet.fixture"]?["greeting"]
                == "bonjour"
        }
    }

    @Test(.tags(.R12)) func `settings that the plugin refuses are reported failed with the reason`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.apply(
            Self.policy.replacingOccurrences(
                of: "{greeting: bonjour}", with: "{misbehaveIn: apply, misbehaveHow: fail}"))
        try await server.operate("sync", "web1", "--wait")
        try await eventually("failed") { try await server.entry("martlet.fixture", of: "web1")?["status"] == "failed" }
        #expect(try await server.entry("martlet.fixture", of: "web1")?["reason"]?.stringValue?.isEmpty == false)
    }

    @Test(.tags(.R24))
    func `a manifest with a mistake changes nothing and names file, line, path and what was expected`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        try stage.write("bad.yaml", Self.policy.replacingOccurrences(of: "greeting: bonjour", with: "greeting: 7"))
        let outcome = try await server.martlet(["apply", "-f", stage.path("bad.yaml")])
        #expect(outcome.code == 5)
        #expect(outcome.errors.contains("bad.yaml:7"))
        #expect(outcome.errors.contains("greeting"))
        #expect(outcome.errors.contains("string"))
        #expect(try await server.get("policies").isEmpty)
    }

    @Test(.tags(.R12)) func `an agent that starts while the server is away works from the document it stored`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.apply(Self.policy)
        try await server.operate("sync", "web1", "--wait")
        try await eventually("applied") {
            try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied"
        }
        await agent.stop()
        await server.stop()
        let alone = try await StageAgent.start(stage, name: "web1")
        try await eventually("settings applied offline\n\(alone.process.text)") {
            alone.process.text.contains("settings applied application=martlet.fixture")
        }
        try await eventually("it says that nobody is there") {
            try await alone.status()["lastError"]?.stringValue?.isEmpty == false
        }
        #expect(try await alone.status()["lastSync"] == .null)
    }

    @Test(.tags(.R13, .R15, .R17)) func `a manual synchronisation refreshes state and statistics at once`() async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        // A plugin that starts beside the first synchronisation is heard of with the next.
        try await eventually("its state") {
            try await server.operate("sync", "web1", "--wait")
            return try await server.application("martlet.fixture", of: "web1")?["status"] == "running"
        }
        let count = {
            try await server.get("statistics", "--device", "web1").first { $0["spec"]?["name"] == "events.emitted" }?[
                "status"]?["value"]?.doubleValue
        }
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the counter's beginning") { try await count() == 0 }
        try await server.startTask("emit", parameters: "{count: 3}")
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the counter") { try await count() == 3 }
    }

    @Test(.tags(.R22, .R25)) func `a plugin in C and one in Swift report side by side`() async throws {
        let stage = try Stage(plugins: [.fixture, .linux])
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await eventually("both") {
            try await server.operate("sync", "web1", "--wait")
            let c = try await server.application("martlet.fixture", of: "web1")?["status"]
            let swift = try await server.application("martlet.linux", of: "web1")?["status"]
            return c == "running" && swift == "running"
        }
        try await eventually("statistics of the Swift plugin") {
            try await server.get("statistics", "--device", "web1").contains {
                $0["spec"]?["application"] == "martlet.linux"
            }
        }
    }

    @Test(.tags(.R02, .R13))
    func `a device to which nothing happened has the same state, also with a plugin that watches the machine`()
        async throws
    {
        let stage = try Stage(plugins: [.linux])
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: quiet}
            spec:
              application: martlet.linux
              group: root
              settings: {thresholds: {cpuPercent: 0, memoryPercent: 0, diskPercent: 0, loadPerCPU: 0}}
            """)
        let digest = {
            try await Outcome.of(
                URL(fileURLWithPath: "/usr/bin/sqlite3"),
                [stage.path("server/martlet.db"), "SELECT hex(state_digest) FROM devices"]
            ).output
        }
        try await eventually("applied\n\(agent.process.text.suffix(500))") {
            try await server.operate("sync", "web1", "--wait")
            return try await server.entry("martlet.linux", of: "web1")?["status"] == "applied"
        }
        // The outcome itself is state: once more, then nothing is left to say.
        try await server.operate("sync", "web1", "--wait")
        let before = try await digest()
        try await server.operate("sync", "web1", "--wait")
        #expect(try await digest() == before)
        #expect(before.count > 20)
    }
}
