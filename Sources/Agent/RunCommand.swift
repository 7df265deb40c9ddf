import AgentCore
import ArgumentParser
import DurableFiles
import Logging
import ServiceLifecycle
import UnixSignals

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Work until SIGTERM, then say good-bye and end.",
        discussion: """
            A device that is not enrolled joins first, with the token in the configuration's enrollment.tokenFile, as soon
            as the server can be reached; the file is erased then.
            """)

    @OptionGroup var options: AgentOptions

    @Option(help: "Written when the agent is ready, with the real ports.")
    var readyFile: String?

    func run() async throws {
        let configuration = try options.load()
        let (logger, level) = options.logger(configuration)
        let first = FirstEnrollment(configuration: configuration, logger: logger)
        let token = try Failure.reading { try first.token() }
        try await Failure.enrolling { try await first.join(with: token) }
        let runtime: AgentRuntime
        do { runtime = try await AgentRuntime(configuration: configuration, logger: logger) } catch {
            Failure.say("\(error)")
            throw ExitCode(1)
        }
        if let readyFile {
            let json = "{\"uid\":\"\(runtime.uid)\",\"wakePort\":\(await runtime.wakePort)}\n"
            try FileBytes.replace(readyFile, with: Array(json.utf8), mode: 0o644)
        }
        let services = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: runtime, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(service: ReloadService(options: options, runtime: runtime, level: level, logger: logger)),
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await services.run()
        if runtime.becameAnother { throw Restart.sameProgram(logger) }
    }
}
