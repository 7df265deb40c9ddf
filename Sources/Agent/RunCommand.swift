import AgentCore
import AgentPlugins
import ArgumentParser
import DurableFiles
import Glibc
import Logging
import ServiceLifecycle
import ServiceLog
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

    /// What is known, and done, before the first thread is started.
    struct Beginning {
        let configuration: AgentConfiguration
        let logger: Logger
        let level: LogLevelSetting
        let first: FirstEnrollment
        /// Nil when the device is enrolled.
        let token: String?
        /// Of an agent that gave up root.
        let privileges: Privileges?
    }

    func run() async throws { try await work(begin()) }

    func begin() throws -> Beginning {
        let configuration = try options.load()
        let (logger, level) = options.logger(configuration)
        let first = FirstEnrollment(configuration: configuration, logger: logger)
        let token = try Failure.reading { try first.token() }
        let privileges: Privileges?
        if Privileges.mustGo(configuration) {
            privileges = try Failure.starting { try giveUp(configuration, first, token, logger) }
        } else {
            privileges = Privileges.inherited()
            if privileges == nil { sayWhoWeAre(configuration, logger) }
        }
        return Beginning(
            configuration: configuration, logger: logger, level: level, first: first, token: token,
            privileges: privileges)
    }

    func work(_ beginning: Beginning) async throws {
        let (configuration, logger, privileges) = (
            beginning.configuration, beginning.logger, beginning.privileges
        )
        if privileges == nil {
            try await Failure.enrolling { try await beginning.first.join(with: beginning.token) }
        }
        let runtime = try await Failure.starting {
            try await AgentRuntime(configuration: configuration, privileges: privileges, logger: logger)
        }
        if let readyFile {
            let json = Array("{\"uid\":\"\(runtime.uid)\",\"wakePort\":\(await runtime.wakePort)}\n".utf8)
            if privileges == nil {
                try FileBytes.replace(readyFile, with: json, mode: 0o644)
            } else {
                try FileBytes.put(json, at: 0, in: readyFile, truncating: true)
            }
        }
        let services = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: runtime, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(
                        service: ReloadService(
                            options: options, runtime: runtime, level: beginning.level, logger: logger)),
                ], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        try await services.run()
        if runtime.becameAnother { throw Restart.sameProgram(privileges, logger) }
        // For whoever supervises the agent: it did not end because it was asked to.
        if privileges?.helper.isGone == true { throw ExitCode(1) }
    }

    /// What needs root, in order, then no more of it.
    private func giveUp(
        _ configuration: AgentConfiguration, _ first: FirstEnrollment, _ token: String?, _ logger: Logger
    ) throws -> Privileges? {
        try Privileges.prepare(configuration)
        if let token { try EnrollCommand.inChild(options, token: token, persistently: true) }
        first.eraseToken()
        if let readyFile, let user = configuration.user {
            try RootPhase.makeFile(readyFile, user: user.uid, group: user.gid)
        }
        return try Privileges.giveUp(configuration, file: options.configurationFile, logger: logger)
    }

    private func sayWhoWeAre(_ configuration: AgentConfiguration, _ logger: Logger) {
        if geteuid() == 0 {
            logger.notice(
                "the agent stays root, and plugins that the owner installed are root, too: agent.yaml has no \"user\"")
        } else if let user = configuration.user {
            logger.notice(
                "not started by root: nothing is done that needs privilege", metadata: ["user": "\(user.name)"])
        }
    }
}
