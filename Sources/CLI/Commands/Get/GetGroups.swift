import ArgumentParser

/// `martlet get groups`
struct GetGroups: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "groups", abstract: "List the groups.",
        discussion: """
            EXAMPLES
              martlet get groups -o yaml
              martlet get group servers
            """, aliases: ["group"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this one.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("groups", named: name)
        }
        try options.printer.list(items, as: Columns.groups, one: name != nil)
    }
}
