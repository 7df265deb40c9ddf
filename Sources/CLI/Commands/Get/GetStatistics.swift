import ArgumentParser

/// `martlet get statistics`
struct GetStatistics: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statistics", abstract: "List the latest statistics of applications.",
        discussion: """
            EXAMPLES
              martlet get statistics --device web-1 --application martlet.clamav
            """, aliases: ["statistic"])

    @OptionGroup var options: GlobalOptions

    @Option(help: "Only of this device: uid, the beginning of a uid, or host name.")
    var device: String?

    @Option(help: "Only of this application.")
    var application: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("statistics", query: [("device", device), ("application", application)])
        }
        try options.printer.list(items, as: Columns.statistics)
    }
}
