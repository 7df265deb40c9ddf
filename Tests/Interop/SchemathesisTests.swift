import DesiredState
import Foundation
import TestStage
import Testing

/// Schemathesis makes requests of all kinds from the OpenAPI document that a server publishes, good and bad ones, and
/// holds the answers against it: no server error, no answer that is not documented, nothing accepted that the document
/// forbids. As each role, and as nobody.
@Suite(.enabled(if: PythonEnvironment.isThere, Comment(rawValue: PythonEnvironment.reason)))
struct SchemathesisTests {
    @Test("no request gets an answer that the document does not have, whoever makes it", .timeLimit(.minutes(20)))
    func conforms() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let objects = try await populate(server)
        let document = try await published(server)
        for role in [nil, "read", "operate", "admin"] as [String?] {
            let token = try await token(role, server)
            let run = SchemathesisRun(server: server, role: role, token: token, objects: objects)
            let result = try await run.perform(document)
            #expect(result.code == 0, "\(role ?? "nobody")\n\(result.output)")
            #expect(result.cases > 1_000, "\(role ?? "nobody"): only \(result.cases) requests")
            print("schemathesis as \(role ?? "nobody"): \(result.cases) requests")
        }
        #expect(!server.process.text.contains("request failed"), "\(server.process.text)")
        await agent.stop()
        await server.stop()
    }

    /// As anybody gets it.
    private func published(_ server: StageServer) async throws -> JSONValue {
        let outcome = try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/curl"),
            [
                "--silent", "--fail", "--cacert", server.stage.path("server/pki/root.pem"),
                "https://127.0.0.1:\(server.operatorPort)/api/v1/openapi.json",
            ])
        try outcome.expect(0)
        return try outcome.json
    }

    private func token(_ role: String?, _ server: StageServer) async throws -> String? {
        guard let role else { return nil }
        let made = try await server.operate("token", "create", "--role", role, "--name", "schemathesis-\(role)")
        return made.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// One object of each kind at least, and spare ones to delete.
    private func populate(_ server: StageServer) async throws -> SchemathesisObjects {
        let spare = try await StageAgent.join(server, name: "spare1")
        try await spare.synchronised()
        await spare.stop()
        try await server.apply(Self.objects)
        try await server.operate("token", "create", "--group", "root", "--name", "spare")
        try await server.operate("run", "emit", "--device", "web1", "--wait")
        let run = try await server.get("runs").first?["metadata"]?["uid"]?.stringValue ?? ""
        let order = try await server.operate("sync", "web1", "-o", "json").json["orderId"]?.stringValue ?? ""
        return SchemathesisObjects(device: "web1", run: run, order: order, spareDevice: "spare1")
    }

    private static let objects = """
        apiVersion: martlet/v1
        kind: Group
        metadata: {name: servers, labels: {site: one}}
        spec: {parent: root, syncInterval: 10m}
        ---
        apiVersion: martlet/v1
        kind: Group
        metadata: {name: spare}
        spec: {parent: root}
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: greet}
        spec: {application: martlet.fixture, group: root, settings: {greeting: hi}}
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: spare}
        spec: {application: martlet.fixture, group: servers, settings: {}}
        ---
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: emit}
        spec:
          application: martlet.fixture
          task: emit
          parameters: {count: 20, severity: 3}
          scope: {group: root}
          schedule: {manual: true}
        ---
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: spare}
        spec: {application: martlet.fixture, task: emit, scope: {devices: [web1]}}
        ---
        apiVersion: martlet/v1
        kind: RemoteConfig
        metadata: {name: collector}
        spec: {scope: {group: servers}, entries: {"": {receivers: {}}}}
        ---
        apiVersion: martlet/v1
        kind: RemoteConfig
        metadata: {name: spare}
        spec: {scope: {devices: [web1]}, entries: {main: {}}}
        """
}
