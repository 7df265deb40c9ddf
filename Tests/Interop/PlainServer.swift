import DesiredState
import Foundation
import TestStage

/// An OpAMP server that knows nothing of Martlet, running as a script, with the certificate and on the port of a stage's
/// own server, which must not run.
final class PlainServer: Sendable {
    let process: ChildProcess
    private let stage: Stage

    private init(stage: Stage, process: ChildProcess) {
        self.stage = stage
        self.process = process
    }

    static func start(insteadOf server: StageServer, config: JSONValue) async throws -> PlainServer {
        let stage = server.stage
        let process = try ChildProcess(
            PythonEnvironment.program("python"),
            [
                PythonEnvironment.script("Peers/plain_server.py"), "\(server.agentPort)",
                stage.path("server/pki/root.pem"), stage.path("server/pki/server.pem"),
                stage.path("server/pki/server.key"), stage.path("plain.json"),
            ], log: stage.directory.appendingPathComponent("plain.log"))
        let plain = PlainServer(stage: stage, process: process)
        try plain.offer(config)
        try await eventually("the plain server listens\n\(process.text)") { process.text.contains("\"listening\"") }
        return plain
    }

    /// What it offers from now on.
    func offer(_ config: JSONValue) throws { try stage.write("plain.json", CanonicalJSON.text(config)) }

    /// Every message that it got, in order.
    var messages: [JSONValue] {
        process.text.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
            .filter { $0["said"] == "message" }
    }

    /// The newest value of a part that an agent need not repeat.
    func latest(_ part: String) -> JSONValue? { messages.compactMap { $0[part] }.last { $0 != .null } }
}
