package import DesiredState
import Foundation

/// An enrolled agent, running.
package final class StageAgent: Sendable {
    package let stage: Stage
    package let name: String
    package let process: ChildProcess
    package let uid: String
    package let wakePort: Int

    private init(stage: Stage, name: String, process: ChildProcess, uid: String, wakePort: Int) {
        self.stage = stage
        self.name = name
        self.process = process
        self.uid = uid
        self.wakePort = wakePort
    }

    /// Writes agent.yaml, enrols with a fresh token and starts. `user`: whom it becomes.
    package static func join(
        _ server: StageServer, name: String = "web1", host: String = "127.0.0.1", group: String = "root",
        settings: [String: String] = [:],
        extra: String = "", user: String? = nil
    ) async throws -> StageAgent {
        let stage = server.stage
        try configure(
            stage, name: name, host: host, port: server.agentPort, settings: settings, extra: extra, user: user)
        let token = try await server.operate("token", "create", "--group", group)
        let enrolment = try await stage.run(
            "martlet-agent", ["enroll", "--config", stage.path("\(name).yaml"), "--token-file", "-"],
            input: token.output, at: name)
        try enrolment.expect(0)
        return try await start(stage, name: name)
    }

    /// Joins and holds a persistent connection when it returns.
    package static func joinConnected(
        _ server: StageServer, name: String = "web1", host: String = "127.0.0.1"
    ) async throws -> StageAgent {
        let agent = try await join(server, name: name, host: host)
        try await agent.synchronised()
        try await server.operate("set", "device", name, "--keep-connection", "on")
        try await server.operate("sync", name, "--wait")
        try await eventually("\(name) is connected\n\(agent.process.text.suffix(2_000))") {
            try await server.presence(name) == "connected"
        }
        return agent
    }

    /// Writes the agent's configuration; `settings` replaces keys of it.
    package static func configure(
        _ stage: Stage, name: String, host: String = "127.0.0.1", port: Int, settings: [String: String] = [:],
        extra: String = "",
        root: String? = nil, user: String? = nil
    ) throws {
        var (root, extra) = (root, extra)
        if let user {
            extra += "\nuser: \(user)"
            // The server's own folder is for nobody else.
            let copy = stage.path("\(name)-root.pem")
            if root == nil, !FileManager.default.fileExists(atPath: copy) {
                try FileManager.default.copyItem(atPath: stage.path("server/pki/root.pem"), toPath: copy)
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: copy)
            }
            root = root ?? copy
        }
        try stage.write(
            "\(name).yaml",
            """
            server: {host: "\(host)", port: \(port)}
            rootCertificate: \(root ?? stage.path("server/pki/root.pem"))
            dataDirectory: \(stage.path(name))
            socket: \(stage.path("\(name).sock"))
            hostname: \(name)
            softwareDatabase: \(stage.path("\(name).dpkg"))
            wake: \(settings["wake"] ?? "{host: \"\(host == "127.0.0.1" ? host : "::")\", port: 0}")
            plugins: {directory: \(stage.pluginsDirectory.path), host: \(Products.executable("martlet-plugin-host").path)}
            log: {level: debug}
            \(extra)
            """)
        if !FileManager.default.fileExists(atPath: stage.path("\(name).dpkg")) {
            try stage.write(
                "\(name).dpkg", "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\n")
        }
    }

    /// Returns once it is ready; one with a failpoint may have died there before.
    package static func start(
        _ stage: Stage, name: String, environment: [String: String] = [:]
    ) async throws -> StageAgent {
        let ready = stage.path("\(name).ready")
        try? FileManager.default.removeItem(atPath: ready)
        let (program, arguments) = stage.command(
            Products.executable("martlet-agent"),
            ["run", "--config", stage.path("\(name).yaml"), "--ready-file", ready], at: name)
        let process = try ChildProcess(
            program, arguments,
            log: stage.directory.appendingPathComponent("\(name).log"), environment: environment)
        let facts = try await process.readiness(in: ready, armed: environment, "agent \(name) runs")
        return StageAgent(
            stage: stage, name: name, process: process, uid: facts["uid"]?.stringValue ?? "",
            wakePort: Int(facts["wakePort"]?.integerValue ?? 0))
    }

    /// Ends it and starts it again on the same data.
    package func restart(signal: Int32 = SIGTERM) async throws -> StageAgent {
        await stop(signal: signal)
        return try await Self.start(stage, name: name)
    }

    package func stop(signal: Int32 = SIGTERM) async {
        process.signal(signal)
        _ = await process.end()
    }

    /// `martlet-agent status -o json`.
    package func status() async throws -> JSONValue {
        let outcome = try await stage.run(
            "martlet-agent", ["status", "--config", stage.path("\(name).yaml"), "-o", "json"])
        try outcome.expect(0)
        return try outcome.json
    }

    /// One plugin of its status.
    package func plugin(_ id: String) async throws -> JSONValue {
        try await status()["plugins"]?.arrayValue?.first { $0["id"]?.stringValue == id } ?? .null
    }

    /// Waits until it has synchronised and comes next when a synchronisation is due, in 10 minutes or later: a plugin that becomes ready
    /// while it synchronises makes it come once more.
    @discardableResult
    package func resting(after time: Int64 = 0) async throws -> JSONValue {
        try await eventually("agent \(name) rests\n\(process.text.suffix(2_000))") {
            let status = try await status()
            guard let last = status["lastSync"]?.integerValue, let next = status["nextConnection"]?.integerValue,
                last > time, next - last >= 600_000_000
            else { return nil }
            return status
        }
    }

    /// Waits until it has synchronised.
    @discardableResult
    package func synchronised(after time: Int64 = 0) async throws -> JSONValue {
        try await eventually("agent \(name) synchronised\n\(process.text.suffix(2_000))") {
            let status = try await status()
            return (status["lastSync"]?.integerValue ?? 0) > time ? status : nil
        }
    }
}
