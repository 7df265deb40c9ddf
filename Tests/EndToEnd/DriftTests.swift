import DesiredState
import Foundation
import TestStage
import Testing

/// Settings that somebody changes behind the plugin's back.
@Suite struct DriftTests {
    private static func policy(_ stage: Stage) -> String {
        """
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: greeting}
        spec:
          application: martlet.fixture
          group: root
          settings: {greeting: good day, settingsFile: \(stage.path("application.conf"))}
        """
    }

    private static func text(of type: String, _ server: StageServer) async throws -> [String] {
        try await server.events(type: type).compactMap { $0["spec"]?["text"]?.stringValue }
    }

    @Test func `a changed setting is told, applied again, told once more, and a fight over it is not fought hot`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        try await server.apply(Self.policy(stage))
        let file = URL(fileURLWithPath: stage.path("application.conf"))
        try await eventually("the settings are in force\n\(agent.process.text.suffix(1_500))") {
            let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
            return try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied"
                && text.contains("good day")
        }
        let applied = try String(contentsOf: file, encoding: .utf8)
        let changed = applied.replacing("good day", with: "bad day")
        try changed.write(to: file, atomically: true, encoding: .utf8)
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the change is told and mended\n\(agent.process.text.suffix(1_500))") {
            try await Self.text(of: "settings.repaired", server).count == 1
        }
        let told = try await Self.text(of: "settings.drifted", server)
        #expect(told == ["martlet.fixture: settings drifted: /greeting is \"bad day\", not \"good day\""])
        #expect(try String(contentsOf: file, encoding: .utf8) == applied)
        try await eventually("the entry is applied again") {
            try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied"
        }

        // The other party changes it again: told at once, mended later.
        try changed.write(to: file, atomically: true, encoding: .utf8)
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the entry says that it drifted\n\(agent.process.text.suffix(1_500))") {
            let entry = try await server.entry("martlet.fixture", of: "web1")
            let reason = entry?["reason"]?.stringValue ?? ""
            return entry?["status"] == "failed" && reason.contains("drifted: /greeting is \"bad day\"")
                && reason.contains("they are applied again in 1 min")
        }
        #expect(try await Self.text(of: "settings.drifted", server).count == 2)
        #expect(try String(contentsOf: file, encoding: .utf8) == changed)
        try await eventually("the promised repair comes by itself\n\(agent.process.text.suffix(1_500))", within: 120) {
            try String(contentsOf: file, encoding: .utf8) == applied
        }
    }

    @Test func `a setting that changed while the agent was off is told and applied again`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        var agent = try await StageAgent.joinConnected(server)
        try await server.apply(Self.policy(stage))
        let file = URL(fileURLWithPath: stage.path("application.conf"))
        try await eventually("the settings are in force") {
            try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied"
        }
        let applied = try String(contentsOf: file, encoding: .utf8)
        await agent.stop()
        try applied.replacing("good day", with: "bad day").write(to: file, atomically: true, encoding: .utf8)
        agent = try await StageAgent.start(stage, name: "web1")
        try await eventually("what is wanted is in force\n\(agent.process.text.suffix(1_500))") {
            try String(contentsOf: file, encoding: .utf8) == applied
        }
        try await eventually("and is told") { try await Self.text(of: "settings.repaired", server).count == 1 }
        #expect(try await Self.text(of: "settings.drifted", server).count == 1)
    }
}
