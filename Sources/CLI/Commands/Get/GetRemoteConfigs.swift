import ArgumentParser

/// `martlet get remote-configs`
struct GetRemoteConfigs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remote-configs",
        abstract: "List what is declared for OpAMP clients that are not Martlet's agent.",
        discussion: """
            EXAMPLES
              martlet get remote-configs -o yaml > remote-configs.yaml
              martlet get remote-config sampling -o yaml
            """, aliases: ["remote-config"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this one.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in try await client.list("remote-configs", named: name) }
        try options.printer.list(items, as: Columns.remoteConfigs, one: name != nil)
    }
}
