import AsyncHTTPClient
import DesiredState
import Foundation
import NIOCore
import NIOHTTP1

/// The running fleet of one server and one agent.
actor Quickstart {
    let place: QuickstartPlace
    let client: APIClient
    nonisolated let welcome: String
    private let server: QuickstartProcess
    private var agent: QuickstartProcess

    private init(
        place: QuickstartPlace, client: APIClient, server: QuickstartProcess, agent: QuickstartProcess,
        operatorPort: Int
    ) {
        self.place = place
        self.client = client
        self.server = server
        self.agent = agent
        welcome = Self.welcome(place, operatorPort: operatorPort)
    }

    static func start(_ place: QuickstartPlace, ports: QuickstartPorts) async throws -> Quickstart {
        try QuickstartDirectory.take(place)
        let files = QuickstartFiles(place: place, ports: ports)
        try files.write()
        if !FileManager.default.fileExists(atPath: place.path("server/admin.token")) {
            try await QuickstartProcess.run(
                place.program("martlet-server"),
                ["init", "--config", place.path("server.yaml"), "--name", "127.0.0.1", "--name", "localhost"])
        }
        try await startClamd(place)
        let server = try launch(place, "martlet-server", configuration: "server.yaml", ready: "server.ready")
        do {
            let listening = try await serverReady(server, place)
            let operatorPort = Int(listening["operatorPort"]?.integerValue ?? 0)
            let client = try connect(place, operatorPort)
            try files.writeAgent(serverPort: Int(listening["agentPort"]?.integerValue ?? 0))
            try await enrol(place, client)
            let agent = try launch(place, "martlet-agent", configuration: "agent.yaml", ready: "agent.ready")
            do { _ = try await ready(agent, place.path("agent.ready")) } catch {
                await agent.stop()
                throw error
            }
            return Quickstart(place: place, client: client, server: server, agent: agent, operatorPort: operatorPort)
        } catch {
            await server.stop()
            stopClamd(place)
            throw error
        }
    }

    /// Ends the agent in order; it says good-bye by UDP.
    func stopAgent() async { await agent.stop() }

    /// Ends everything that was started.
    func stop() async {
        await agent.stop()
        await server.stop()
        Self.stopClamd(place)
        try? await client.http.shutdown()
    }

    // MARK: Parts

    private static func launch(
        _ place: QuickstartPlace, _ name: String, configuration: String, ready: String
    ) throws -> QuickstartProcess {
        try? FileManager.default.removeItem(atPath: place.path(ready))
        return try QuickstartProcess(
            place.program(name), ["run", "--config", place.path(configuration), "--ready-file", place.path(ready)],
            log: place.path("\(name).log"))
    }

    private static func ready(_ process: QuickstartProcess, _ file: String) async throws -> JSONValue {
        try await Patience.until("\(process.name) is ready", seconds: 30) {
            guard process.isRunning else {
                throw CLIError(.failed, "\(process.name) ended: \(process.lastWords)")
            }
            return FileManager.default.contents(atPath: file).flatMap { try? JSONValue(parsing: $0) }
        }
    }

    /// The server speaks of server.yaml; here the ports are options.
    private static func serverReady(_ server: QuickstartProcess, _ place: QuickstartPlace) async throws -> JSONValue {
        do { return try await ready(server, place.path("server.ready")) } catch let error as CLIError {
            throw CLIError(error.code, QuickstartPorts.namingOptions(error.message))
        }
    }

    private static func connect(_ place: QuickstartPlace, _ port: Int) throws -> APIClient {
        let context = ClientContext(
            server: "https://127.0.0.1:\(port)", token: try SecretFile.read(place.path("server/admin.token")),
            rootCertificate: place.path("server/pki/root.pem"))
        var configuration = ClientConfiguration()
        configuration.currentContext = "quickstart"
        configuration.contexts["quickstart"] = context
        try configuration.save(to: place.path("config.yaml"))
        return try APIClient.make(context, timeout: .seconds(30))
    }

    private static func enrol(_ place: QuickstartPlace, _ client: APIClient) async throws {
        guard !FileManager.default.fileExists(atPath: place.path("agent/identity/device.pem")) else { return }
        let answer = try await client.request(.POST, ["tokens"], body: ["group": "root", "uses": 1])
        guard let token = answer.text(at: "token") else {
            throw CLIError(.failed, "the server gave no enrolment token")
        }
        try await QuickstartProcess.run(
            place.program("martlet-agent"), ["enroll", "--config", place.path("agent.yaml"), "--token-file", "-"],
            input: token)
    }

    /// clamd puts itself into the background; its log, not a pipe that it would hold open, takes what it prints. When it
    /// does not start, the fleet runs all the same, and says that it is stopped.
    private static func startClamd(_ place: QuickstartPlace) async throws {
        guard !FileManager.default.fileExists(atPath: place.path("clamav/clamd.sock")) || !clamdRuns(place) else {
            return
        }
        let start = try QuickstartProcess(
            place.clamd, ["--config-file=\(place.path("clamav/clamd.conf"))"], log: place.path("clamav/start.log"))
        try? await Patience.until("clamd listens", seconds: 20) { !start.isRunning || clamdRuns(place) }
        try? await Patience.until("clamd listens", seconds: 10) { clamdRuns(place) }
    }

    private static func clamdRuns(_ place: QuickstartPlace) -> Bool { clamdProcess(place) != nil }

    private static func stopClamd(_ place: QuickstartPlace) {
        if let pid = clamdProcess(place) { kill(pid, SIGTERM) }
    }

    /// The process that the pid file names, if it is clamd and not another that was given its number.
    private static func clamdProcess(_ place: QuickstartPlace) -> pid_t? {
        guard let text = try? String(contentsOfFile: place.path("clamav/clamd.pid"), encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1,
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe"),
            program == URL(fileURLWithPath: place.clamd).resolvingSymlinksInPath().path
        else { return nil }
        return pid
    }

    private static func welcome(_ place: QuickstartPlace, operatorPort: Int) -> String {
        """
        A server, an agent and two plugins (ClamAV, Linux) are running in \(place.root).
        Operators: https://127.0.0.1:\(operatorPort)   logs: \(place.path("martlet-server.log")), \(place.path("martlet-agent.log"))

        In another terminal, try:

          export MARTLET_CONFIG=\(place.path("config.yaml")) PATH="\(place.program("")):$PATH"
          martlet get devices
          martlet apply -f \(place.path("manifests"))
          martlet sync $(hostname) --wait
          martlet run scan-files --device $(hostname) --wait
          martlet get events
          martlet app stop martlet.clamav --device $(hostname) --wait
          martlet set device $(hostname) --keep-connection on
          martlet describe device $(hostname)
          martlet-agent status --config \(place.path("agent.yaml"))

        Ctrl-C ends everything. "martlet quickstart --check" performs a tour by itself.
        """
    }
}
