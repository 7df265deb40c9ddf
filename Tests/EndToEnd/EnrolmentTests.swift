import DesiredState
import Foundation
import TestStage
import Testing

@Suite struct EnrolmentTests {
    @Test(.tags(.R01, .R07, .R09)) func `a device joins with a token and is known from then on`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        let device = try await server.device("web1")
        #expect(device["metadata"]?["uid"]?.stringValue == agent.uid)
        #expect(device["status"]?["attributes"]?["host.name"]?.stringValue == "web1")
        let mode = try FileManager.default.attributesOfItem(atPath: stage.path("web1/identity/device.key"))[
            .posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test func `a used-up, an unknown and a missing token are refused with the reason`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let token = try await server.operate("token", "create", "--group", "root", "--uses", "1").output
        for (name, secret, code, words) in [
            ("a", token, Int32(0), ""), ("b", token, 6, "as often as it may"), ("c", "mt_enroll_x", 6, "not known"),
            ("d", "", 5, "nothing"),
        ] {
            try StageAgent.configure(stage, name: name, port: server.agentPort)
            let outcome = try await stage.run(
                "martlet-agent", ["enroll", "--config", stage.path("\(name).yaml"), "--token-file", "-"], input: secret)
            #expect(outcome.code == code)
            #expect(words.isEmpty || outcome.errors.contains(words))
        }
        #expect(try await server.get("devices").count == 1)
    }

    @Test func `enrolling again after a lost answer costs no second use of the token`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let token = try await server.operate("token", "create", "--group", "root", "--uses", "1").output
        try StageAgent.configure(stage, name: "a", port: server.agentPort)
        let arguments = ["enroll", "--config", stage.path("a.yaml"), "--token-file", "-"]
        let first = try await stage.run("martlet-agent", arguments, input: token)
        try first.expect(0)
        try FileManager.default.removeItem(atPath: stage.path("a/identity/device.pem"))
        let second = try await stage.run("martlet-agent", arguments, input: token)
        try second.expect(0)
        #expect(second.output == first.output)
        #expect(try await server.get("devices").count == 1)
    }

    @Test(.tags(.R05, .R07)) func `an agent with another root certificate does not connect`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let other = try Stage()
        _ = try await other.server()
        let token = try await server.operate("token", "create", "--group", "root").output
        try StageAgent.configure(stage, name: "a", port: server.agentPort, root: other.path("server/pki/root.pem"))
        let outcome = try await stage.run(
            "martlet-agent", ["enroll", "--config", stage.path("a.yaml"), "--token-file", "-"], input: token)
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("was not issued by the authority in rootCertificate"))
        #expect(try await server.get("devices").isEmpty)
    }

    @Test func `a device's certificate does not make a server`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let victim = try await StageAgent.join(server, name: "victim")
        try await victim.synchronised()
        await victim.stop()
        // An evil server with a certificate of the right authority, but a device's.
        let evil = try ChildProcess(
            URL(fileURLWithPath: "/usr/bin/openssl"),
            [
                "s_server", "-accept", "127.0.0.1:0", "-cert", stage.path("victim/identity/device.pem"), "-key",
                stage.path("victim/identity/device.key"), "-cert_chain", stage.path("victim/identity/device.pem"),
                "-tls1_3", "-alpn", "http/1.1",
            ], log: stage.directory.appendingPathComponent("evil.log"))
        let port: Int = try await eventually("openssl listens: \(evil.text)") {
            evil.text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }?.split(separator: ":").last.flatMap {
                Int($0.trimmingCharacters(in: .whitespaces))
            }
        }
        let token = try await server.operate("token", "create", "--group", "root").output
        try StageAgent.configure(stage, name: "a", port: port)
        let outcome = try await stage.run(
            "martlet-agent", ["enroll", "--config", stage.path("a.yaml"), "--token-file", "-"], input: token)
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("TLS failed") || outcome.errors.contains("not connecting"))
        #expect(!evil.text.contains("mt_enroll_"))
    }

    @Test func `a peer without a certificate, or with the server's own, gets no further than a readable refusal`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let url = "https://127.0.0.1:\(server.agentPort)/v1/opamp"
        let base = [
            "-sS", "--cacert", stage.path("server/pki/root.pem"), "-H", "content-type: application/x-protobuf",
            "--data-binary", "", url,
        ]
        let curl = URL(fileURLWithPath: "/usr/bin/curl")
        let anonymous = try await Outcome.of(curl, ["-o", "-", "-w", "%{http_code}"] + base)
        #expect(anonymous.output.contains("no enrolment token"))
        #expect(anonymous.output.hasSuffix("401"))
        let asServer = try await Outcome.of(
            curl, ["--cert", stage.path("server/pki/server.pem"), "--key", stage.path("server/pki/server.key")] + base)
        #expect(asServer.code != 0)
    }

    @Test func `a revoked device is cut off at once and told so`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.operate("set", "device", "web1", "--keep-connection", "on")
        try await server.operate("sync", "web1", "--wait")
        try await eventually("connected") {
            try await server.device("web1")["status"]?["presence"]?.stringValue == "connected"
        }
        try await stage.run("martlet-server", ["device", "revoke", "web1", "--config", stage.path("server.yaml")])
            .expect(0)
        try await eventually("the agent was told\n\(agent.process.text)") {
            try await agent.status()["lastError"]?.stringValue?.contains("revoked") == true
        }
        #expect(try await agent.status()["connected"]?.boolValue == false)
    }
}
