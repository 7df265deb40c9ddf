import ArgumentParser

/// `martlet get tokens`
struct GetTokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "List enrolment tokens and operators' tokens (never their secrets).",
        discussion: """
            EXAMPLES
              martlet get tokens
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("tokens")
        }
        try options.printer.list(items, as: Columns.tokens)
    }
}
