package import DesiredState
import Foundation
import Synchronization

/// A running server, and the operator's commands against it.
package final class StageServer: Sendable {
    package let stage: Stage
    package let agentPort: Int
    package let operatorPort: Int
    package let offNoticePort: Int
    package let process: ChildProcess

    private init(stage: Stage, process: ChildProcess, ports: JSONValue) {
        self.stage = stage
        self.process = process
        agentPort = Int(ports["agentPort"]?.integerValue ?? 0)
        operatorPort = Int(ports["operatorPort"]?.integerValue ?? 0)
        offNoticePort = Int(ports["offNoticePort"]?.integerValue ?? 0)
    }

    /// Returns once it is ready; one with a failpoint may have died there before, and has then no ports.
    package static func start(_ stage: Stage, environment: [String: String] = [:]) async throws -> StageServer {
        let ready = stage.path("server.ready")
        try? FileManager.default.removeItem(atPath: ready)
        let (program, arguments) = stage.command(
            Products.executable("martlet-server"),
            ["run", "--config", stage.path("server.yaml"), "--ready-file", ready], at: "server")
        let process = try ChildProcess(
            program, arguments,
            log: stage.directory.appendingPathComponent("server.log"), environment: environment)
        let ports = try await process.readiness(in: ready, armed: environment, "the server listens")
        return StageServer(stage: stage, process: process, ports: ports)
    }

    /// Starts the server again on the same ports.
    package func restart(signal: Int32 = SIGTERM) async throws -> StageServer {
        await stop(signal: signal)
        return try await startAgain()
    }

    package func stop(signal: Int32 = SIGTERM) async {
        process.signal(signal)
        _ = await process.end()
    }

    package func startAgain(environment: [String: String] = [:]) async throws -> StageServer {
        try await Self.start(stage, environment: environment)
    }

    // MARK: The operator

    private var connection: [String] {
        [
            "--server", "https://127.0.0.1:\(operatorPort)", "--token-file", stage.path("server/admin.token"),
            "--root-certificate", stage.path("server/pki/root.pem"),
        ]
    }

    package func martlet(_ arguments: [String], input: String? = nil) async throws -> Outcome {
        try await stage.run("martlet", arguments + connection, input: input)
    }

    /// Runs `martlet …` and expects it to succeed.
    @discardableResult
    package func operate(_ arguments: String..., input: String? = nil) async throws -> Outcome {
        let outcome = try await martlet(arguments, input: input)
        try outcome.expect(0)
        return outcome
    }

    /// The items of `martlet get KIND … -o json`.
    package func get(_ arguments: String...) async throws -> [JSONValue] {
        let outcome = try await martlet(["get"] + arguments + ["-o", "json"])
        try outcome.expect(0)
        return try outcome.json["items"]?.arrayValue ?? []
    }

    package func apply(_ manifest: String) async throws { try await operate("apply", "-f", "-", input: manifest) }

    /// A device by host name, as REST gives it.
    package func device(_ name: String) async throws -> JSONValue {
        let outcome = try await martlet(["describe", "device", name, "-o", "json"])
        try outcome.expect(0)
        return try outcome.json
    }

    package func events(type: String) async throws -> [JSONValue] {
        try await get("events", "--limit", "1000").filter { ($0["spec"]?["type"] ?? $0["type"])?.stringValue == type }
    }

    /// connected, periodic, silent or off.
    package func presence(_ name: String) async throws -> String? {
        try await device(name)["status"]?["presence"]?.stringValue
    }

    /// What became of one entry of a device's desired state.
    package func entry(_ entry: String, of name: String) async throws -> JSONValue? {
        try await device(name)["status"]?["configuration"]?["entries"]?.arrayValue?.first {
            $0["entry"]?.stringValue == entry
        }
    }

    /// An application's own row of a device's states.
    package func application(_ application: String, of name: String) async throws -> JSONValue? {
        try await device(name)["status"]?["applications"]?.arrayValue?.first {
            $0["application"]?.stringValue == application && $0["instance"] == nil
        }
    }

    /// Applies a task of the fixture for every device.
    package func task(
        _ task: String, parameters: String, schedule: String = "{manual: true}", more: String = ""
    ) async throws {
        try await apply(
            """
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: \(task)}
            spec:
              application: martlet.fixture
              task: \(task)
              parameters: \(parameters)
              scope: {group: root}
              schedule: \(schedule)
              \(more)
            """)
    }

    /// Applies a task of the fixture, runs it on web1 and waits for its end; returns the run.
    @discardableResult
    package func startTask(_ name: String, parameters: String) async throws -> JSONValue {
        try await task(name, parameters: parameters)
        try await operate("run", name, "--device", "web1", "--wait")
        return try await get("runs").first ?? .null
    }

    /// `martlet watch …` in the background.
    package func watch(_ what: String, log: String) throws -> ChildProcess {
        try ChildProcess(
            Products.executable("martlet"), ["watch", what] + connection,
            log: stage.directory.appendingPathComponent(log))
    }
}
