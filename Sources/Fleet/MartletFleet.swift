import AgentCore
import ArgumentParser
import DurableFiles
import FleetSimulator
import Foundation
import Glibc
import Logging

@main
struct MartletFleet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet-fleet",
        abstract: "Thousands of devices against a real server: the agent's own core, real TLS, simulated plugins.",
        discussion: """
            Each device has a certificate of its own and a store in memory; DIRECTORY keeps both between runs. What the \
            devices do is said in a scenario (docs/fleet.md). Each step's outcome is a line on standard output, how far it is \
            a line a second on standard error. One process holds at most \(Self.perProcess) devices: larger fleets are \
            several processes.

            EXAMPLES:
              martlet-fleet steady.yaml --server 127.0.0.1:13000 --root-certificate root.pem \\
                --directory fleet --token-file token
              martlet-fleet push.yaml --devices 10000 -o json ...

            EXIT CODES:
              0 every step went as it should · 1 one did not · 2 usage · 5 the scenario is invalid
            """,
        version: AgentVersion.current)

    /// One process may hold 20,000 descriptors where this was measured.
    static let perProcess = 19_000

    @Argument(help: "The scenario, a YAML file.") var scenario: String
    @Option(help: "HOST:PORT of the server's listener for agents.") var server: String
    @Option(help: "The authority of the server's certificate, PEM.") var rootCertificate: String
    @Option(help: "The server's trust domain.") var trustDomain = "martlet.internal"
    @Option(help: "Where the devices' certificates and stores are kept.") var directory = ".fleet"
    @Option(help: "A file with a token, 0600; devices that are not enrolled join with it.") var tokenFile: String?
    @Option(help: "Devices, instead of the scenario's.") var devices: Int?
    @Option(help: "Processes; as many as are needed when left out.") var processes: Int?
    @Option(help: "How many addresses from 127.0.0.2 on connections leave from; 0 for the system's choice.")
    var addresses = 8
    @Option(help: "What the devices' names begin with.") var prefix = "fleet"
    @Option(help: "The command line for steps that operate; beside this program when left out.") var martlet: String?
    @Option(name: .shortAndLong, help: "text or json.") var output = "text"
    @Option(help: "What the devices log: error, warning, info, debug.") var logLevel = "critical"
    @Option(help: .hidden) var part: String?

    func validate() throws {
        guard ServerEndpoint(text: server) != nil else {
            throw ValidationError("--server: expected HOST:PORT, got \(server)")
        }
        guard ["text", "json"].contains(output) else {
            throw ValidationError("--output: expected text or json, got \(output)")
        }
        guard (0...250).contains(addresses) else {
            throw ValidationError("--addresses: expected 0 to 250, got \(addresses)")
        }
        guard devices.map({ (1...Scenario.Limits.devices).contains($0) }) ?? true else {
            throw ValidationError("--devices: expected 1 to \(Scenario.Limits.devices)")
        }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level: expected error, warning, info or debug, got \(logLevel)")
        }
    }

    func run() async throws {
        // A process of the fleet that has gone is an error that is told.
        signal(SIGPIPE, SIG_IGN)
        do {
            var scenario = try Scenario.read(self.scenario)
            if let devices { scenario.devices = devices }
            if let part { return await serve(scenario, part) }
            let isGood = try await lead(scenario)
            if !isGood { throw ExitCode(1) }
        } catch let error as ExitCode { throw error } catch {
            say("martlet-fleet: \(error)")
            throw ExitCode(error is FleetError ? 1 : 5)
        }
    }

    /// As a part of a larger fleet: does what comes on standard input.
    private func serve(_ scenario: Scenario, _ part: String) async {
        let bounds = part.split(separator: "-").compactMap { Int($0) }
        do {
            guard bounds.count == 2, bounds[0] < bounds[1] else { throw FleetError("--part: expected FROM-TO") }
            let crew = try crew(scenario, bounds[0]..<bounds[1])
            // Ends with the process that leads: it closes its end.
            while let line = readLine() {
                let order = try JSONDecoder().decode(CrewOrder.self, from: Data(line.utf8))
                print(String(decoding: try JSONEncoder().encode(await crew.answer(order)), as: UTF8.self))
                fflush(nil)
            }
        } catch { say("martlet-fleet: \(error)") }
    }

    private func lead(_ scenario: Scenario) async throws -> Bool {
        let count = processes ?? (scenario.devices + Self.perProcess - 1) / Self.perProcess
        let tools = FleetTools(martlet: martlet, isJSON: output == "json")
        let crews: [any Crew]
        if count <= 1 {
            crews = [try crew(scenario, 0..<scenario.devices)]
        } else {
            crews = try (0..<count).map { number in
                let range = (scenario.devices * number / count)..<(scenario.devices * (number + 1) / count)
                return try RemoteCrew(
                    program: FleetTools.ownPath, arguments: arguments(scenario, part: range))
            }
        }
        return try await Conductor(
            scenario: scenario, crews: crews,
            operate: { [path = self.scenario] in try await tools.operate($0, beside: path) }, pause: tools.pause,
            progress: say,
            report: tools.report
        ).run()
    }

    private func crew(_ scenario: Scenario, _ part: Range<Int>) throws -> LocalCrew {
        guard let endpoint = ServerEndpoint(text: server) else { throw FleetError("--server: expected HOST:PORT") }
        let level = Logger.Level(rawValue: logLevel) ?? .critical
        let logger = Logger(label: "fleet") { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        return try LocalCrew(
            scenario, part: part,
            place: FleetPlace(
                directory: directory, server: endpoint, rootCertificate: rootCertificate, trustDomain: trustDomain,
                addresses: (0..<addresses).map { "127.0.0.\($0 + 2)" }, prefix: prefix),
            token: try tokenFile.map { try EnrollmentTokenFile($0).required() }, logger: logger)
    }

    private func arguments(_ scenario: Scenario, part: Range<Int>) -> [String] {
        var arguments = [
            self.scenario, "--server", server, "--root-certificate", rootCertificate, "--trust-domain", trustDomain,
            "--directory", directory, "--devices", "\(scenario.devices)", "--addresses", "\(addresses)", "--prefix",
            prefix, "--log-level",
            logLevel, "--part", "\(part.lowerBound)-\(part.upperBound)",
        ]
        if let tokenFile { arguments += ["--token-file", tokenFile] }
        return arguments
    }

    private func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
