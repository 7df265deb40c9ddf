import ArgumentParser

/// `martlet get tokens`
struct GetTokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "List enrolment tokens and operators' tokens (never their secrets).",
        discussion: """
            EXAMPLES
              martlet get tokens
              martlet get token servers-2026
            """, aliases: ["token"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only tokens of this name.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            let items = try await client.list("tokens").filter {
                name == nil || $0.text(at: "metadata", "name") == name
            }
            return options.output == .table ? await client.showingGroupPaths(items) : items
        }
        if let name, items.isEmpty { throw CLIError(.notFound, "no token \"\(name)\"") }
        try options.printer.list(items, as: Columns.tokens, one: name != nil)
    }
}
