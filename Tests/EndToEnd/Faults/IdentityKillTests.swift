import DesiredState
import Foundation
import TestStage
import Testing

/// A certificate is asked for, issued, stored and taken up; whoever is killed between two of these steps costs nothing.
@Suite(.tags(.R01, .R07)) struct IdentityKillTests {
    private func token(_ server: StageServer) async throws -> String {
        try await server.operate("token", "create", "--name", "once", "--group", "root", "--uses", "1").output
    }

    private func enroll(
        _ stage: Stage, token: String, failpoint: String? = nil
    ) async throws -> Outcome {
        let arguments = ["enroll", "--config", stage.path("web1.yaml"), "--token-file", "-"]
        guard let failpoint else { return try await stage.run("martlet-agent", arguments, input: token) }
        return try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/env"),
            ["MARTLET_FAILPOINT=\(failpoint):0", Products.executable("martlet-agent").path] + arguments, input: token)
    }

    private func used(_ server: StageServer) async throws -> Int64? {
        try await server.get("tokens").first { $0["metadata"]?["name"] == "once" }?["status"]?["used"]?.integerValue
    }

    @Test(arguments: ["key-made", "certificate-received", "certificate-kept"])
    func `an agent that is killed while it enrols enrols with the same token afterwards`(failpoint: String) async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        try StageAgent.configure(stage, name: "web1", port: server.agentPort)
        let secret = try await token(server)
        let killed = try await enroll(stage, token: secret, failpoint: failpoint)
        #expect(killed.code == -SIGKILL || killed.code == 128 + SIGKILL, "\(killed)")
        try await enroll(stage, token: secret).expect(0)
        let agent = try await StageAgent.start(stage, name: "web1")
        try await agent.synchronised()
        #expect(try await used(server) == 1)
        #expect(try await server.get("devices").count == 1)
    }

    @Test(arguments: ["certificate-before-commit", "certificate-committed"])
    func `a server that is killed while it issues costs no use of the token`(failpoint: String) async throws {
        let stage = try Stage()
        var server = try await stage.server()
        try StageAgent.configure(stage, name: "web1", port: server.agentPort)
        let secret = try await token(server)
        await server.stop()
        server = try await server.startAgain(environment: ["MARTLET_FAILPOINT": "\(failpoint):0"])
        let failed = try await enroll(stage, token: secret)
        #expect(failed.code == 1)
        #expect(await server.process.end() == -SIGKILL)
        server = try await server.startAgain()
        try await enroll(stage, token: secret).expect(0)
        try await StageAgent.start(stage, name: "web1").synchronised()
        #expect(try await used(server) == 1)
        #expect(try await server.get("devices").count == 1)
    }

    @Test(arguments: ["key-made", "certificate-received", "certificate-kept", "key-promoted"])
    func `an agent that is killed while it renews renews afterwards`(failpoint: String) async throws {
        let stage = try Stage(serverExtra: "certificates: {deviceLife: 20s, grace: 10m}")
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        let serial = { try await server.device("web1")["status"]?["certificate"]?["serial"]?.stringValue }
        let first = try await serial()
        try await server.operate("set", "device", "web1", "--sync-interval", "5s")
        try await server.operate("sync", "web1", "--wait")
        await agent.stop()
        let doomed = try await StageAgent.start(
            stage, name: "web1", environment: ["MARTLET_FAILPOINT": "\(failpoint):0"])
        #expect(await doomed.process.end() == -SIGKILL)
        let again = try await StageAgent.start(stage, name: "web1")
        try await eventually("renewed\n\(again.process.text.suffix(1_500))", within: 60) { try await serial() != first }
        let last = try await again.status()["lastSync"]?.integerValue ?? 0
        try await again.synchronised(after: last)
        #expect(try await server.get("readmissions").isEmpty)
    }
}
