import DesiredState
import Foundation
import TestStage
import Testing

@Suite struct RevocationTests {
    @Test(.tags(.R07)) func `a lost database revives no revoked device, and a device it does not know is told so`()
        async throws
    {
        let stage = try Stage()
        var server = try await stage.server()
        let revoked = try await StageAgent.join(server, name: "web1")
        let stranger = try await StageAgent.joinConnected(server, name: "web2")
        try await revoked.synchronised()
        try await stage.run("martlet-server", ["device", "revoke", "web1", "--config", stage.path("server.yaml")])
            .expect(0)
        await server.stop(signal: SIGKILL)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: stage.path("server/martlet.db" + suffix))
        }
        server = try await server.startAgain()
        let again = try await revoked.restart()
        try await eventually("told that it was revoked\n\(again.process.text.suffix(2_000))") {
            try await again.status()["lastError"]?.stringValue?.contains("was revoked") == true
        }
        let unknown = try await stranger.restart()
        // It may take the whole reconnect window.
        try await eventually("told that it is not known\n\(unknown.process.text.suffix(2_000))", within: 90) {
            try await unknown.status()["lastError"]?.stringValue?.contains("does not know device \(unknown.uid)")
                == true
        }
        for name in ["web1", "web2"] {
            let certificate = [
                "--cert", stage.path("\(name)/identity/device.pem"), "--key", stage.path("\(name)/identity/device.key"),
            ]
            let words = name == "web1" ? "was revoked" : "does not know device"
            for upgrade in [false, true] {
                let more =
                    upgrade
                    ? [
                        "-H", "connection: upgrade", "-H", "upgrade: websocket", "-H", "sec-websocket-version: 13",
                        "-H",
                        "sec-websocket-key: AQIDBAUGBwgJCgsMDQ4PEA==",
                    ] : ["-H", "content-type: application/x-protobuf", "--data-binary", ""]
                let answer = try await Outcome.of(
                    URL(fileURLWithPath: "/usr/bin/curl"),
                    ["-sS", "--max-time", "20", "--cacert", stage.path("server/pki/root.pem"), "-w", "%{http_code}"]
                        + certificate + more + ["https://127.0.0.1:\(server.agentPort)/v1/opamp"])
                #expect(answer.output.contains(words) && answer.output.hasSuffix("403"), "\(answer)")
            }
        }
    }

    @Test(.tags(.R07)) func `a revocation by REST cuts the connection at once and is kept in the file`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let token = try String(contentsOfFile: stage.path("server/admin.token"), encoding: .utf8)
        let answer = try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/curl"),
            [
                "-sS", "--cacert", stage.path("server/pki/root.pem"), "-X", "POST", "-H",
                "authorization: Bearer \(token.trimmingCharacters(in: .whitespacesAndNewlines))",
                "https://127.0.0.1:\(server.operatorPort)/api/v1/devices/web1/revoke",
            ])
        try answer.expect(0)
        try await eventually("cut off\n\(agent.process.text.suffix(2_000))") {
            let status = try await agent.status()
            return status["connected"]?.boolValue == false
                && status["lastError"]?.stringValue?.contains("revoked") == true
        }
        #expect(try String(contentsOfFile: stage.path("server/revoked"), encoding: .utf8) == "\(agent.uid)\n")
    }
}
