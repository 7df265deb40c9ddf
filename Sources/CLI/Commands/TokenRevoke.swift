import ArgumentParser
import NIOHTTP1

/// `martlet token revoke`
struct TokenRevoke: AsyncParsableCommand {
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case enrollment, `operator`
    }

    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take a token back: from now on nobody comes in with it.",
        discussion: """
            An operator's event streams end at once. Devices that joined with an enrolment token stay.

            EXAMPLES
              martlet token revoke night-shift
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Its name.")
    var name: String

    @Option(help: "Which one, when an operator's and an enrolment token have the same name: enrollment or operator.")
    var kind: Kind?

    func run() async throws {
        _ = try await APIClient.with(options) { client in
            try await client.request(.DELETE, ["tokens", name], query: [("kind", kind?.rawValue)])
        }
        Terminal.say("token \(name): revoked")
    }
}
