import ArgumentParser

/// `martlet get application-settings`
struct GetApplicationSettings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "application-settings", abstract: "List settings that are declared for single devices.",
        discussion: """
            EXAMPLES
              martlet get application-settings
              martlet get application-settings clamav-web-1 -o yaml
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this one.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("application-settings", named: name)
        }
        try options.printer.list(items, as: Columns.applicationSettings, one: name != nil)
    }
}
