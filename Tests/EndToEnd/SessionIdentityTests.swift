import DesiredState
import Foundation
import TestStage
import Testing

/// What a TLS session or a certificate is worth that is not what it seems.
@Suite(.tags(.R07)) struct SessionIdentityTests {
    /// `openssl s_client` that says one HTTP request and ends.
    private func ask(_ stage: Stage, _ server: StageServer, _ arguments: [String]) async throws -> String {
        let request = "GET /v1/opamp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        return try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/openssl"),
            [
                "s_client", "-connect", "127.0.0.1:\(server.agentPort)", "-CAfile", stage.path("server/pki/root.pem"),
                "-tls1_3", "-alpn", "http/1.1", "-ign_eof",
            ] + arguments, input: request
        ).output
    }

    @Test func `no TLS session can be resumed, and a revoked device has no access`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        await agent.stop()
        let identity = [
            "-cert", stage.path("web1/identity/device.pem"), "-key", stage.path("web1/identity/device.key"),
        ]
        let first = try await ask(stage, server, identity)
        #expect(first.contains("405"), "a device is told how to speak: \(first.suffix(600))")
        // OpenSSL tells of each ticket that comes, and the connection lasted long enough for them.
        #expect(first.contains("New, TLSv1.3") && !first.contains("New Session Ticket"), "\(first.suffix(600))")
        try await stage.run("martlet-server", ["device", "revoke", "web1", "--config", stage.path("server.yaml")])
            .expect(0)
        // Whoever asks for a WebSocket or posts is refused in words.
        let curl = try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/curl"),
            [
                "-sS", "--cacert", stage.path("server/pki/root.pem"), "-w", "%{http_code}", "--cert",
                stage.path("web1/identity/device.pem"), "--key", stage.path("web1/identity/device.key"), "-H",
                "content-type: application/x-protobuf", "--data-binary", "",
                "https://127.0.0.1:\(server.agentPort)/v1/opamp",
            ])
        #expect(curl.output.contains("was revoked") && curl.output.hasSuffix("403"))
        let upgrade =
            "GET /v1/opamp HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n\r\n"
        // The server ends the connection after the answer, as it is asked to; timeout ends a client that waits in vain.
        let socket = try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/timeout"),
            [
                "-s", "KILL", "60", "openssl", "s_client", "-connect", "127.0.0.1:\(server.agentPort)", "-tls1_3",
                "-alpn", "http/1.1",
                "-ign_eof",
            ] + identity, input: upgrade)
        #expect(socket.output.contains("was revoked"), "\(socket.output.suffix(800))")
    }
}
