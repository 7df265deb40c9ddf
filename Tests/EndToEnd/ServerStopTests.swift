import DurableFiles
import Foundation
import Glibc
import TestStage
import Testing

/// A server that is to stop while somebody keeps it from it.
@Suite(.tags(.R24), .timeLimit(.minutes(3))) struct ServerStopTests {
    /// Bytes that wait in the kernel for who does not read, of all connections to a port of loopback.
    private static func waiting(at port: Int) throws -> Int {
        // Foundation's reading of such a file ends with its first page.
        let connections = String(decoding: try FileBytes.required("/proc/net/tcp", limit: 16 << 20), as: UTF8.self)
        let local = ":" + String(format: "%04X", port)
        return connections.split(separator: "\n").dropFirst().reduce(0) { sum, line in
            let words = line.split(separator: " ")
            guard words.count > 4, words[1].hasSuffix(local) else { return sum }
            return sum + (Int(words[4].prefix { $0 != ":" }, radix: 16) ?? 0)
        }
    }

    @Test
    func
        `a client that asks and does not read does not keep the server from ending well`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let request = #"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"#
        let client = try ChildProcess(
            URL(fileURLWithPath: "/bin/bash"),
            [
                "-c",
                """
                (for i in {1..100}; do printf '\(request)'; done; exec sleep 60) |
                    openssl s_client -quiet -connect 127.0.0.1:\(server.operatorPort) 2>/dev/null | exec sleep 60
                """,
            ], log: URL(fileURLWithPath: stage.path("client.log")))
        var former = 0
        try await eventually("answers wait for who does not read") { () -> Bool in
            let now = try Self.waiting(at: server.operatorPort)
            defer { former = now }
            return now > 0 && now == former
        }
        server.process.signal(SIGTERM)
        #expect(await server.process.end() == 0)
        #expect(server.process.text.contains("operators' connections that did not end in time are cut"))
        client.signal(SIGKILL)
    }
}
