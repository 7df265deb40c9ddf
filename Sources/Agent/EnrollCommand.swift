import AgentCore
import AgentPlugins
import ArgumentParser
import DurableFiles
import NIOCore
import NIOPosix

struct EnrollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll", abstract: "Join a server with an enrolment token.",
        discussion: """
            The token is read from a file or from standard input, never from the command line. Without --token-file it is
            the one in the configuration's enrollment.tokenFile (mode 0600), which is erased once it has served.

            EXAMPLES
              martlet token create --group root | martlet-agent enroll --token-file -
              martlet-agent enroll
            """)

    @OptionGroup var options: AgentOptions

    @Option(help: "A file that holds the token; - for standard input. (default: the configuration's, erased after use)")
    var tokenFile: String?

    @Flag(help: .hidden)
    var persistently = false

    struct Beginning {
        let configuration: AgentConfiguration
        let installed: EnrollmentTokenFile
        let token: String
    }

    func run() async throws {
        if let beginning = try begin() { try await work(beginning) }
    }

    /// Before the first thread is started; nil when all was done.
    func begin() throws -> Beginning? {
        let configuration = try options.load()
        let installed = EnrollmentTokenFile(configuration.enrollmentTokenFile)
        let token = try Failure.reading { try readToken(installed) }
        if Privileges.mustGo(configuration) {
            try Failure.starting { try Privileges.prepare(configuration) }
            if tokenFile == nil {
                // The file is root's to erase, the rest is not root's to do.
                try Self.inChild(options, token: token, persistently: false)
                try Failure.starting { _ = try installed.erase() }
                return nil
            }
            try Failure.starting { try Privileges.drop(configuration, file: options.configurationFile) }
        }
        return Beginning(configuration: configuration, installed: installed, token: token)
    }

    func work(_ beginning: Beginning) async throws {
        let (configuration, installed, token) = (beginning.configuration, beginning.installed, beginning.token)
        if persistently {
            let (logger, _) = options.logger(configuration)
            let first = FirstEnrollment(configuration: configuration, logger: logger)
            return try await Failure.enrolling { try await first.enroll(with: token) }
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let uid = try await Failure.enrolling {
            let uid = try await Enroller(configuration: configuration).enroll(token: token, group: group)
            if tokenFile == nil { try installed.erase() }
            return uid
        }
        print("enrolled as \(uid)")
        try await group.shutdownGracefully()
    }

    /// Enrols in a process that gives up root. Ends this one with its exit code when it fails.
    static func inChild(_ options: AgentOptions, token: String, persistently: Bool) throws {
        var arguments = ["enroll", "--config", options.configurationFile, "--token-file", "-"]
        if persistently { arguments.append("--persistently") }
        if let level = options.logLevel { arguments += ["--log-level", level] }
        if let format = options.logFormat { arguments += ["--log-format", format] }
        let code = try RootPhase.run(RootPhase.ownExecutable(), arguments, input: Array(token.utf8))
        guard code == 0 else { throw ExitCode(code) }
    }

    private func readToken(_ installed: EnrollmentTokenFile) throws -> String {
        guard let tokenFile else { return try installed.required() }
        let bytes = try FileBytes.required(
            tokenFile == "-" ? "/dev/stdin" : tokenFile, limit: EnrollmentTokenFile.maximumBytes)
        return try EnrollmentTokenFile.token(in: bytes, of: tokenFile)
    }
}
