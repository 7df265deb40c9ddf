import AgentCore
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

    func run() async throws {
        let configuration = try options.load()
        let installed = EnrollmentTokenFile(configuration.enrollmentTokenFile)
        let token = try Failure.reading { try readToken(installed) }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let uid = try await Failure.enrolling {
            let uid = try await Enroller(configuration: configuration).enroll(token: token, group: group)
            if tokenFile == nil { try installed.erase() }
            return uid
        }
        print("enrolled as \(uid)")
        try await group.shutdownGracefully()
    }

    private func readToken(_ installed: EnrollmentTokenFile) throws -> String {
        guard let tokenFile else { return try installed.required() }
        let bytes = try FileBytes.required(
            tokenFile == "-" ? "/dev/stdin" : tokenFile, limit: EnrollmentTokenFile.maximumBytes)
        return try EnrollmentTokenFile.token(in: bytes, of: tokenFile)
    }
}
