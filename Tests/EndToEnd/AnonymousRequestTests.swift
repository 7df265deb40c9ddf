import Foundation
import TestStage
import Testing

/// What a peer without a certificate may send, and in which form.
@Suite(.tags(.R18)) struct AnonymousRequestTests {
    /// Runs a shell line that makes a body, and posts it; the answer's text, a line and its status.
    private func post(
        _ stage: Stage, _ server: StageServer, _ body: String, _ headers: [String] = []
    ) async throws -> String {
        let curl =
            "curl -sS --cacert '\(stage.path("server/pki/root.pem"))' -w '%{http_code}' -H 'content-type: application/x-protobuf' "
            + headers.map { "-H '\($0)' " }.joined()
            + "--data-binary @- https://127.0.0.1:\(server.agentPort)/v1/opamp"
        return try await Outcome.of(URL(fileURLWithPath: "/bin/sh"), ["-c", "\(body) | \(curl)"]).output
    }

    @Test func `a compressed request is answered like the same one as it is`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        // An instance uid and nothing else.
        let message = "printf '\\012\\020martlet.example!'"
        let plain = try await post(stage, server, message)
        let compressed = try await post(stage, server, "\(message) | gzip", ["content-encoding: gzip"])
        #expect(plain.contains("token") && plain.hasSuffix("401"), "\(plain)")
        #expect(compressed == plain, "\(compressed)")
    }

    @Test func `what cannot be decompressed, becomes too large or is too large is refused in words`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let nonsense = try await post(stage, server, "echo nonsense", ["content-encoding: gzip"])
        #expect(nonsense.contains("cannot be read") && nonsense.hasSuffix("400"), "\(nonsense)")
        let bomb = try await post(stage, server, "head -c 1000000 /dev/zero | gzip", ["content-encoding: gzip"])
        #expect(bomb.contains("cannot be read") && bomb.hasSuffix("400"), "\(bomb)")
        let large = try await post(stage, server, "head -c 100000 /dev/urandom", ["content-encoding: gzip"])
        #expect(large.contains("more than 16384 bytes") && large.hasSuffix("413"), "\(large)")
    }

    @Test func `a body that does not say how long it is is refused before it comes`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        for headers in [["transfer-encoding: chunked"], ["transfer-encoding: chunked", "content-encoding: gzip"]] {
            let answer = try await post(stage, server, "head -c 100 /dev/zero | gzip", headers)
            #expect(answer.contains("content-length") && answer.hasSuffix("411"), "\(headers): \(answer)")
        }
    }
}
