import DesiredState
import Foundation
import TestStage
import Testing

@Suite(.tags(.R24)) struct TokenLogTests {
    @Test("no token is in the log of a server that logs everything, whatever was done with it")
    func noToken() async throws {
        let stage = try Stage(serverExtra: "log: {level: trace}")
        let server = try await stage.server()
        let enrolment = try await server.operate("token", "create", "--group", "root", "--name", "join")
        let night = try await server.operate("token", "create", "--role", "read", "--name", "night")
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        let admin = try String(contentsOfFile: stage.path("server/admin.token"), encoding: .utf8)
        let secrets = [admin, enrolment.output, night.output].map {
            $0.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        for secret in secrets {
            #expect(secret.hasPrefix("mt_") && secret.count > 38)
            // Used well, used for what it is not good for, and misspelled.
            for (method, path, token) in [
                ("GET", "devices", secret), ("POST", "tokens", secret), ("DELETE", "tokens/none", secret),
                ("BREW", "devices", secret), ("GET", "devices", secret + "x"), ("GET", "events/stream?for=0s", secret),
            ] {
                try await request(server, method, path, token)
            }
        }
        try await server.operate("token", "revoke", "night")
        try await request(server, "GET", "devices", secrets[2])
        await agent.stop()
        await server.stop()
        let log = server.process.text
        // It did log what it was asked.
        #expect(log.contains("/api/v1/devices") || log.contains("trace") || log.contains("debug"))
        for secret in secrets {
            let body = try #require(secret.split(separator: "_").last)
            #expect(!log.contains(body), "a token is in the log")
        }
    }

    /// Asks with curl, whatever the answer.
    private func request(_ server: StageServer, _ method: String, _ path: String, _ token: String) async throws {
        let outcome = try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/curl"),
            [
                "--silent", "--show-error", "--max-time", "20", "--cacert", server.stage.path("server/pki/root.pem"),
                "--request", method, "--header", "Authorization: Bearer \(token)", "--output", "/dev/null",
                "https://127.0.0.1:\(server.operatorPort)/api/v1/\(path)",
            ])
        try outcome.expect(0)
    }
}
