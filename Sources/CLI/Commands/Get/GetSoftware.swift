import ArgumentParser

/// `martlet get software`
struct GetSoftware: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "software", abstract: "List the software that devices have.",
        discussion: """
            EXAMPLES
              martlet get software --device web-1
              martlet get software --name openssl
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "Only of this device: uid, the beginning of a uid, or host name.")
    var device: String?

    @Option(help: "Only packages of this name.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("software", query: [("device", device), ("name", name)])
        }
        try options.printer.list(items, as: Columns.software)
    }
}
