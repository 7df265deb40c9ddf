import ArgumentParser

/// `martlet get policies`
struct GetPolicies: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policies", abstract: "List the policies.",
        discussion: """
            EXAMPLES
              martlet get policies -o yaml > policies.yaml
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("policies")
        }
        try options.printer.list(items, as: Columns.policies)
    }
}
