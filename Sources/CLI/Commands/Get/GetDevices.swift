import ArgumentParser

/// `martlet get devices`
struct GetDevices: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "List devices: state, last contact, next sync.",
        discussion: """
            EXAMPLES
              martlet get devices --group servers
              martlet get devices -o json
              martlet get device web-1
            """, aliases: ["device"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this device: uid, the beginning of a uid, or host name.")
    var name: String?

    @Option(help: "Only devices in this group or below it.")
    var group: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            let items = try await client.list("devices", named: name, query: [("group", group)])
            return options.output == .table ? await client.showingGroupPaths(items) : items
        }
        try options.printer.list(items, as: Columns.devices, one: name != nil)
    }
}
