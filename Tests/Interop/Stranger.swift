import DesiredState
import Foundation
import TestStage

/// An OpAMP client that nobody here wrote, with a certificate that an operator issued, running as a script of Peers/.
final class Stranger: Sendable {
    let name: String
    let process: ChildProcess

    private init(name: String, process: ChildProcess) {
        self.name = name
        self.process = process
    }

    /// Makes a key where it stays, has a certificate issued for it, and starts the client with both.
    static func join(
        _ server: StageServer, script: String, name: String, group: String = "root"
    ) async throws
        -> Stranger
    {
        try await certificate(server, name: name, group: group)
        return try start(server, script: script, name: name)
    }

    static func certificate(_ server: StageServer, name: String, group: String) async throws {
        let stage = server.stage
        try await Outcome.of(
            URL(fileURLWithPath: "/usr/bin/openssl"),
            [
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
                "-keyout", stage.path("\(name).key"), "-out", stage.path("\(name).csr"),
            ]
        ).expect(0)
        let issued = try await server.operate(
            "certificate", "issue", "--csr", stage.path("\(name).csr"), "--name", name, "--group", group)
        try stage.write("\(name).pem", issued.output)
    }

    static func start(_ server: StageServer, script: String, name: String) throws -> Stranger {
        let stage = server.stage
        let process = try ChildProcess(
            PythonEnvironment.program("python"),
            [
                PythonEnvironment.script("Peers/\(script)"), "\(server.agentPort)", stage.path("server/pki/root.pem"),
                stage.path("\(name).pem"), stage.path("\(name).key"),
            ], log: stage.directory.appendingPathComponent("\(name)-\(UUID().uuidString.prefix(4)).log"))
        return Stranger(name: name, process: process)
    }

    /// What it said of this kind, in order.
    func said(_ what: String) -> [JSONValue] {
        process.text.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
            .filter { $0["said"]?.stringValue == what }
    }

    /// Ends in its own way; the exit code.
    func end() async -> Int32 {
        process.signal(SIGTERM)
        return await process.end()
    }
}
