import ArgumentParser

/// `martlet get trust-documents`
struct GetTrustDocuments: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust-documents", abstract: "Show whose plugins devices are told to trust.",
        discussion: """
            EXAMPLES
              martlet get trust-documents -o yaml
            """, aliases: ["trust-document"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this one.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in try await client.list("trust-documents", named: name)
        }
        try options.printer.list(items, as: Columns.trustDocuments, one: name != nil)
    }
}
