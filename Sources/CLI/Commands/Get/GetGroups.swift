import ArgumentParser

/// `martlet get groups`
struct GetGroups: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups", abstract: "List the groups.",
        discussion: """
            EXAMPLES
              martlet get groups -o yaml
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("groups")
        }
        try options.printer.list(items, as: Columns.groups)
    }
}
