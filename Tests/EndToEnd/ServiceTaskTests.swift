import DesiredState
import Foundation
import TestStage
import Testing

/// The Linux plugin's task restart-service, with a service that is a process of its own.
@Suite struct ServiceTaskTests {
    private static func restart(_ unit: String) -> String {
        """
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: restart-\(unit)}
        spec:
          application: martlet.linux
          task: restart-service
          parameters: {unit: \(unit)}
          scope: {group: root}
          schedule: {manual: true}
        """
    }

    /// The end of a run of it.
    private static func run(_ unit: String, _ server: StageServer) async throws -> JSONValue {
        try await server.apply(restart(unit))
        _ = try await server.martlet(["run", "restart-\(unit)", "--device", "web1", "--wait"])
        let run = try await server.get("runs").first { $0["spec"]?["taskName"]?.stringValue == "restart-\(unit)" }
        return run?["status"] ?? .null
    }

    @Test func `a service that the owner granted is restarted, and no other one is`() async throws {
        let stage = try Stage(plugins: [.linux])
        let script = stage.path("shop.sh")
        try stage.write(
            "shop.sh",
            "#!/bin/bash\necho $$ > \(stage.path("shop.new")); mv \(stage.path("shop.new")) \(stage.path("shop.pid"))\n"
                + "exec -a shop.sh sleep 1000\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        let server = try await stage.server()
        let agent = try await StageAgent.join(
            server,
            extra: """
                directUnits:
                  shop: {start: ["\(script)"], pidFile: "\(stage.path("shop.pid"))"}
                  books: {start: ["\(script)"], pidFile: "\(stage.path("books.pid"))"}
                grants:
                  martlet.linux: {units: [shop]}
                """)
        try await agent.synchronised()
        let first = try await Self.run("shop", server)
        #expect(first["state"] == "succeeded", "\(first)")
        #expect(first["result"]?["state"] == "running", "\(first)")
        func pid() throws -> pid_t? {
            pid_t(try String(contentsOfFile: stage.path("shop.pid"), encoding: .utf8).trimmingCharacters(in: .newlines))
        }
        let started = try #require(try pid())
        defer { if let last = try? pid() { kill(last, SIGKILL) } }
        #expect(!ProcessState.isOver(started))
        let second = try await Self.run("shop", server)
        #expect(second["state"] == "succeeded", "\(second)")
        #expect(try pid() != started, "another process")
        #expect(ProcessState.isOver(started), "and the former one is gone")

        let refused = try await Self.run("books", server)
        #expect(refused["state"] == "failed")
        #expect(
            refused["message"]?.stringValue
                == "unit books is not granted to martlet.linux on this device; the host's owner may add it to "
                + "grants.martlet.linux.units of agent.yaml, or a TrustDocument may grant it", "\(refused)")
        #expect(!FileManager.default.fileExists(atPath: stage.path("books.pid")))
    }
}
