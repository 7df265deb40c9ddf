import DesiredState
import Foundation
import TestStage
import Testing

/// From an operator's wish to the settings in force: whoever is killed on the way, the device gets there.
@Suite(.tags(.R12, .R24)) struct DesiredStateKillTests {
    private static func policy(_ greeting: String) -> String {
        """
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: greeting}
        spec: {application: martlet.fixture, group: root, settings: {greeting: \(greeting)}}
        """
    }

    private static func armed(_ failpoint: String) -> [String: String] { ["MARTLET_FAILPOINT": "\(failpoint):0"] }

    /// The device says that it has what is wanted, and the plugin's own word is the same.
    private func converges(_ server: StageServer, _ agent: StageAgent, on greeting: String) async throws {
        try await eventually("\(greeting) is in force\n\(agent.process.text.suffix(1_500))") {
            guard try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied" else { return false }
            let explained = try await server.operate("explain", "policy", "web1", "martlet.fixture", "-o", "json").json
            let setting = explained["settings"]?.arrayValue?.first { $0["path"] == "/greeting" }
            return setting?["inForce"]?.stringValue == greeting
        }
        #expect(try await server.device("web1")["status"]?["configuration"]?["status"] == "applied")
    }

    @Test(arguments: ["declared", "documents-compiled"])
    func `a server that is killed after it took a wish carries it out after its start`(failpoint: String) async throws {
        let stage = try Stage()
        var server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--sync-interval", "5s")
        try await server.operate("sync", "web1", "--wait")
        await server.stop()
        server = try await server.startAgain(environment: Self.armed(failpoint))
        let failed = try await server.martlet(["apply", "-f", "-"], input: Self.policy("good day"))
        #expect(failed.code == 7, "\(failed)")
        #expect(await server.process.end() == -SIGKILL)
        server = try await server.startAgain()
        try await converges(server, agent, on: "good day")
    }

    @Test(arguments: ["document-received", "document-kept", "settings-applied"])
    func `an agent that is killed while it takes or applies its document ends with it in force`(
        failpoint: String
    )
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        await agent.stop()
        try await server.apply(Self.policy("good day"))
        let doomed = try await StageAgent.start(stage, name: "web1", environment: Self.armed(failpoint))
        #expect(await doomed.process.end() == -SIGKILL)
        // Meanwhile another wish: the device must not stay with the one that it died of.
        try await server.apply(Self.policy("good night"))
        let again = try await StageAgent.start(stage, name: "web1")
        try await converges(server, again, on: "good night")
    }
}
