import ArgumentParser

/// `martlet get devices`
struct GetDevices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "List devices: state, last contact, next sync.",
        discussion: """
            EXAMPLES
              martlet get devices --group servers
              martlet get devices -o json
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "Only devices in this group or below it.")
    var group: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("devices", query: [("group", group)])
        }
        try options.printer.list(items, as: Columns.devices)
    }
}
