import DesiredState
import Foundation
import TestStage
import Testing

/// The same over both transports, with clients that nobody here wrote.
@Suite(.enabled(if: PythonEnvironment.isThere, Comment(rawValue: PythonEnvironment.reason)))
struct ForeignClientTests {
    static let scripts = ["pypi_client.py", "websocket_client.py"]

    private static func config(_ body: String) -> String {
        """
        apiVersion: martlet/v1
        kind: RemoteConfig
        metadata: {name: sampling}
        spec:
          scope: {group: root/edge}
          entries: {settings.json: \(body)}
        """
    }

    private static let group = """
        apiVersion: martlet/v1
        kind: Group
        metadata: {name: edge}
        spec: {parent: root}
        """

    @Test(
        "an OpAMP client reports, takes configuration, and is shown like any device", .tags(.R11, .R12, .R13, .R18),
        arguments: scripts)
    func device(script: String) async throws {
        let stage = try Stage()
        let server = try await stage.server()
        try await server.apply(Self.group)
        let client = try await Stranger.join(server, script: script, name: "collector-1", group: "root/edge")
        try await shows(server, client, level: "info") {
            $0["healthy"]?.boolValue == true && $0["applications"]?.arrayValue?.first?["application"] == "exporter"
        }
        try await server.apply(Self.config("{level: debug, ratio: 0.5}"))
        try await shows(server, client, level: "debug") {
            let configuration = $0["configuration"] ?? .null
            return configuration["inSync"] == true && configuration["status"] == "applied"
        }
        #expect(client.said("config").last?["entries"] == ["settings.json": ["level": "debug", "ratio": 0.5]])
        let table = try await server.operate("get", "devices").output
        #expect(table.contains("collector-1") && table.contains("root/edge") && table.contains("OpAMP client"))
        try await server.apply(Self.config("{level: warn, ratio: 0.5}"))
        try await shows(server, client, level: "warn") { $0["configuration"]?["inSync"] == true }
        try await rests(client)
        try await server.operate("delete", "remote-config", "sampling")
        try await eventually("nothing is declared any more") { client.said("config").last?["entries"] == [:] }

        #expect(await client.end() == 0)
        let messages = client.said("sent")
        #expect(messages.filter { $0["disconnects"] == true }.count == 2, "good-bye comes twice")
        let numbers = messages.compactMap { $0["number"]?.integerValue }
        #expect(zip(numbers, numbers.dropFirst()).contains { $0 == $1 }, "numbers are repeated: \(numbers)")
        for answer in messages + client.said("answer") {
            #expect(answer["refused"] == "" && answer["foreign"] == false && answer["named"] == true, "\(answer)")
        }
        try await eventually("its end is seen") { try await server.presence("collector-1") == "periodic" }

        let again = try Stranger.start(server, script: script, name: "collector-1")
        try await shows(server, again, level: "info") { $0["hostname"] == "collector-1" }
        #expect(try await server.get("devices").count == 1)
        #expect(await again.end() == 0)
    }

    /// A number that is repeated is followed by a gap, for which full state is asked for; then nothing more is said than
    /// that the client lives.
    private func rests(_ client: Stranger) async throws {
        guard client.said("answer").isEmpty else { return }
        try await eventually("three heartbeats in a row are answered by nothing\n\(client.process.text.suffix(3_000))")
        {
            let last = client.process.text.split(separator: "\n").suffix(3)
            return last.count == 3 && last.allSatisfy { $0.contains("\"full\": false") && $0.contains("\"asked\": 0") }
        }
    }

    /// Waits until the device's effective configuration has the level and the rest of its status is so.
    private func shows(
        _ server: StageServer, _ client: Stranger, level: String, _ holds: (JSONValue) -> Bool
    ) async throws {
        var last = JSONValue.null
        try await eventually("\(client.name) shows \(level)\n\(last)\n\(client.process.text.suffix(3_000))") {
            last = try await server.device(client.name)["status"] ?? .null
            return last["protocol"] == "opamp"
                && last["effectiveConfiguration"]?["settings.json"]?["level"]?.stringValue == level && holds(last)
        }
    }
}
