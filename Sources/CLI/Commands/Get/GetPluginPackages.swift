import ArgumentParser

/// `martlet get plugin-packages`
struct GetPluginPackages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin-packages", abstract: "List which plugins are deployed where.",
        discussion: """
            EXAMPLES
              martlet get plugin-packages
              martlet get plugin-package greeter -o yaml
            """, aliases: ["plugin-package"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this one.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in try await client.list("plugin-packages", named: name)
        }
        try options.printer.list(items, as: Columns.pluginPackages, one: name != nil)
    }
}
