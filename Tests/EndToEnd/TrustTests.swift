import DesiredState
import Foundation
import MartletABI
import TestStage
import Testing

/// Which servers a device trusts.
@Suite(.tags(.R05, .R07)) struct TrustTests {
    private static let refusal = "was not issued by the authority"

    /// Points the agent at another server and returns why it does not get on with it.
    private func error(of name: String, at server: StageServer, _ stage: Stage) async throws -> String {
        try StageAgent.configure(stage, name: name, port: server.agentPort)
        let agent = try await StageAgent.start(stage, name: name)
        let error: String = try await eventually("\(name) is refused\n\(agent.process.text.suffix(2_000))", within: 60)
        {
            try await agent.status()["lastError"]?.stringValue
        }
        await agent.stop()
        return error
    }

    @Test func `a device trusts another authority's server only when a signed statement says so`() async throws {
        let (stage, other) = (try Stage(plugins: []), try Stage(plugins: []))
        let (server, next) = (try await stage.server(), try await other.server())
        let vendor = try await StageVendor(stage)
        try FileManager.default.copyItem(
            atPath: other.path("server/pki/root.pem"), toPath: vendor.folder.appendingPathComponent("next.pem").path)
        let deaf = try await StageAgent.join(server, name: "web2")
        try await deaf.synchronised()
        await deaf.stop()
        let agent = try await StageAgent.join(server)
        try await vendor.trust(server, serial: 1, more: "rootCertificates: next.pem")
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the statement is taken\n\(agent.process.text.suffix(2_000))") {
            try await server.entry("martlet.trust", of: "web1")?["status"] == "applied"
        }
        await agent.stop()
        #expect(try await error(of: "web2", at: next, stage).contains(Self.refusal))
        // It gets further: the other server does not know the device, but is not taken for a stranger.
        let further = try await error(of: "web1", at: next, stage)
        #expect(!further.contains(Self.refusal), "\(further)")
    }

    @Test func `a configuration that root's side cannot read speaks against an action, and not against a statement`()
        async throws
    {
        let stage = try Stage(plugins: [])
        let (missing, answer) = (stage.path("agent.yaml"), stage.path("answer"))
        let program = Products.executable("martlet-agent").path
        for (words, status) in [
            ("trust", MARTLET_INTERNAL), ("service restart shop 1000000000", MARTLET_FAILED_PRECONDITION),
        ] {
            // The helper gives it a file to answer to.
            try await Outcome.of(
                URL(fileURLWithPath: "/bin/sh"),
                ["-c", "\(program) carry-out --config \(missing) \(words) > \(answer)"]
            ).expect(Int32(status))
            #expect(try String(contentsOfFile: answer, encoding: .utf8).contains(missing), "\(words)")
        }
    }

    @Test func `a statement that cannot be taken now is taken later, without another word of the server`() async throws
    {
        let stage = try Stage(plugins: [])
        let server = try await stage.server()
        let vendor = try await StageVendor(stage)
        let missing = stage.path("operator.pem")
        let agent = try await StageAgent.join(server, extra: "trust: {operatorCertificates: [\(missing)]}")
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        try await vendor.trust(server, serial: 1)
        try await eventually("it waits\n\(agent.process.text.suffix(2_000))") {
            let entry = try await server.entry("martlet.trust", of: "web1")
            return entry?["status"] == "applying" && entry?["reason"]?.stringValue?.contains(missing) == true
        }
        try FileManager.default.copyItem(atPath: vendor.root, toPath: missing)
        try await eventually("it is taken\n\(agent.process.text.suffix(2_000))", within: 60) {
            try await server.entry("martlet.trust", of: "web1")?["status"] == "applied"
        }
    }
}
