import DesiredState
import Foundation
import TestStage
import Testing

@Suite(.tags(.R07)) struct RenewalTests {
    private func serial(_ server: StageServer) async throws -> String? {
        try await server.device("web1")["status"]?["certificate"]?["serial"]?.stringValue
    }

    /// POSTs an empty message under a device's certificate.
    private func knock(_ stage: Stage, _ server: StageServer, identity: String) async throws -> Outcome {
        try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/curl"),
            [
                "-sS", "--max-time", "20", "--cacert", stage.path("server/pki/root.pem"), "-w", "%{http_code}",
                "--cert", stage.path("\(identity)/device.pem"), "--key", stage.path("\(identity)/device.key"),
                "-H", "content-type: application/x-protobuf", "--data-binary", "", "-o", stage.path("answer"),
                "https://127.0.0.1:\(server.agentPort)/v1/opamp",
            ])
    }

    private func answer(_ stage: Stage) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: stage.path("answer"))), as: UTF8.self)
    }

    private func copyIdentity(_ stage: Stage, to name: String) throws {
        try FileManager.default.copyItem(atPath: stage.path("web1/identity"), toPath: stage.path(name))
    }

    @Test(
        "a certificate is renewed in time, in either mode, and the one before is void then", arguments: [false, true])
    func renewed(persistent: Bool) async throws {
        let stage = try Stage(serverExtra: "certificates: {deviceLife: 30s}")
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try copyIdentity(stage, to: "old")
        let first = try await serial(server)
        try await server.operate("set", "device", "web1", "--sync-interval", "5s")
        if persistent { try await server.operate("set", "device", "web1", "--keep-connection", "on") }
        try await server.operate("sync", "web1", "--wait")
        try await eventually("another certificate is used\n\(agent.process.text.suffix(2_000))", within: 60) {
            try await serial(server) != first
        }
        // It goes on with the new one.
        let last = try await agent.status()["lastSync"]?.integerValue ?? 0
        try await agent.synchronised(after: last)
        if persistent {
            try await eventually("connected again") { try await server.presence("web1") == "connected" }
        }
        #expect(try await knock(stage, server, identity: "old").output == "403")
        #expect(try answer(stage).contains("has used a newer certificate"))
        // The old one waits for an operator, who may let it in; then the newer one is void.
        let waiting = try await server.get("readmissions")
        #expect(waiting.first?["status"]?["reason"] == "superseded-certificate")
        await agent.stop()
        try copyIdentity(stage, to: "newer")
        try await server.operate("readmit", agent.uid)
        // On a busy machine its half minute may be over: then it may only be renewed.
        let again = try await knock(stage, server, identity: "old").output
        #expect(try again == "200" || again == "401" && answer(stage).contains("may only be renewed"))
        #expect(try await knock(stage, server, identity: "newer").output == "403")
    }

    @Test func `the server renews its own certificate while it runs, and connections go on`() async throws {
        let stage = try Stage(serverExtra: "certificates: {serverLife: 40s}")
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let since = try await server.device("web1")["status"]?["connectedSince"]
        func shown(_ port: Int) async throws -> String {
            let outcome = try await Outcome.of(
                URL(fileURLWithPath: "/bin/sh"),
                [
                    "-c",
                    "openssl s_client -connect 127.0.0.1:\(port) </dev/null 2>/dev/null | openssl x509 -noout -serial",
                ])
            return outcome.output
        }
        let first = [try await shown(server.agentPort), try await shown(server.operatorPort)]
        #expect(first[0].hasPrefix("serial=") && first[0] == first[1])
        // Housekeeping looks every 15 s, from two thirds of the life on.
        try await eventually("another one is shown to devices and to operators", within: 90) {
            let now = [try await shown(server.agentPort), try await shown(server.operatorPort)]
            return now[0] != first[0] && now[1] == now[0]
        }
        #expect(try await server.device("web1")["status"]?["connectedSince"] == since)
        let again = try await agent.restart()
        try await again.synchronised()
    }

    @Test func `within grace an expired certificate may only renew, and the device does so by itself`() async throws {
        let stage = try Stage(serverExtra: "certificates: {deviceLife: 6s, grace: 10m}")
        let server = try await stage.server()
        var agent = try await StageAgent.join(server)
        try await agent.synchronised()
        let first = try await serial(server)
        await agent.stop()
        try await eventually("the certificate expires") {
            try await knock(stage, server, identity: "web1/identity").output == "401"
        }
        #expect(try answer(stage).contains("may only be renewed"))
        agent = try await StageAgent.start(stage, name: "web1")
        try await agent.synchronised()
        #expect(try await serial(server) != first)
    }

    @Test func `beyond grace the device is told to enrol, and a token lets it in under its own uid`() async throws {
        let stage = try Stage(serverExtra: "certificates: {deviceLife: 30s, grace: 0s}")
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        await agent.stop()
        try await eventually("the certificate expires") {
            _ = try await knock(stage, server, identity: "web1/identity")
            return try answer(stage).contains("expired too long ago")
        }
        let again = try await StageAgent.start(stage, name: "web1")
        try await eventually("the agent was told\n\(again.process.text.suffix(1_000))") {
            try await again.status()["lastError"]?.stringValue?.contains("enrol again with a token") == true
        }
        await again.stop()
        let token = try await server.operate("token", "create", "--group", "root").output
        let enrolment = try await stage.run(
            "martlet-agent", ["enroll", "--config", stage.path("web1.yaml"), "--token-file", "-"], input: token)
        try enrolment.expect(0)
        #expect(try await knock(stage, server, identity: "web1/identity").output == "200")
        #expect(try await server.get("devices").count == 1)
    }

    @Test func `a device that enrolled after the backup waits to be readmitted, and is let in`() async throws {
        let stage = try Stage(serverSettings: "reconnectWindow: 1")
        var server = try await stage.server()
        try await stage.run("martlet-server", ["backup", stage.path("b.db"), "--config", stage.path("server.yaml")])
            .expect(0)
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        await server.stop()
        try await stage.run("martlet-server", ["restore", stage.path("b.db"), "--config", stage.path("server.yaml")])
            .expect(0)
        server = try await server.startAgain()
        let again = try await agent.restart()
        try await eventually("it waits\n\(again.process.text.suffix(1_000))") {
            try await server.get("readmissions").first?["status"]?["reason"] == "unknown-device"
        }
        try await server.operate("readmit", String(agent.uid.prefix(13)))
        // Its retry is minutes away; a restart asks at once.
        let readmitted = try await again.restart()
        try await readmitted.synchronised()
        #expect(try await server.get("devices").first?["status"]?["hostname"] == "web1")
        #expect(try await server.get("readmissions").isEmpty)
    }

    @Test func `with the rule "automatic" it is let in without anybody`() async throws {
        let stage = try Stage(serverExtra: "readmission: automatic")
        var server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        await server.stop(signal: SIGKILL)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: stage.path("server/martlet.db" + suffix))
        }
        server = try await server.startAgain()
        try await agent.restart().synchronised()
        #expect(try await knock(stage, server, identity: "web1/identity").output == "200")
    }
}
