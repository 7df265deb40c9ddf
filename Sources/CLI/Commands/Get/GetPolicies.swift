import ArgumentParser

/// `martlet get policies`
struct GetPolicies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies", abstract: "List the policies.",
        discussion: """
            EXAMPLES
              martlet get policies -o yaml > policies.yaml
              martlet get policy clamav-default -o yaml
            """, aliases: ["policy"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this one.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            let items = try await client.list("policies", named: name)
            return options.output == .table ? await client.showingGroupPaths(items) : items
        }
        try options.printer.list(items, as: Columns.policies, one: name != nil)
    }
}
