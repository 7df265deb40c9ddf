import ArgumentParser

/// `martlet get secrets`
struct GetSecrets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets", abstract: "List secrets: whose they are, and since when they have their value.",
        discussion: """
            Values are never shown.

            EXAMPLES
              martlet get secrets
              martlet get secrets -o yaml > secrets.yaml
            """, aliases: ["secret"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this one.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in try await client.list("secrets", named: name) }
        try options.printer.list(items, as: Columns.secrets, one: name != nil)
    }
}
