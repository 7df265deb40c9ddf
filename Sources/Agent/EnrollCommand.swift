import AgentCore
import ArgumentParser
import DurableFiles
import Glibc
import NIOCore
import NIOPosix

struct EnrollCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll", abstract: "Join a server with an enrolment token.",
        discussion: """
            The token is read from a file or from standard input, never from the command line.
              martlet token create --group root | martlet-agent enroll --token-file -
            """)

    @OptionGroup var options: AgentOptions

    @Option(help: "A file that holds the token; - for standard input.")
    var tokenFile: String

    func run() async throws {
        let configuration = try options.load()
        let token = try readToken()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let uid = try await Enroller(configuration: configuration).enroll(token: token, group: group)
            print("enrolled as \(uid)")
        } catch let error as LinkError {
            Failure.say("\(error)")
            throw ExitCode(error.code == .unreachable ? 7 : error.code == .refused ? 6 : 1)
        } catch {
            Failure.say("\(error)")
            throw ExitCode(1)
        }
        try await group.shutdownGracefully()
    }

    private func readToken() throws -> String {
        do {
            let path = tokenFile == "-" ? "/dev/stdin" : tokenFile
            let text = String(decoding: try FileBytes.required(path, limit: 4_096), as: UTF8.self)
            guard let token = text.split(whereSeparator: \.isWhitespace).first else {
                Failure.say("\(tokenFile): expected an enrolment token, got nothing")
                throw ExitCode(5)
            }
            return String(token)
        } catch let error as SystemError {
            Failure.say("\(error)")
            throw ExitCode(5)
        }
    }
}
