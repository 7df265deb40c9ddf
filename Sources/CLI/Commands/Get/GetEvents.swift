import ArgumentParser

/// `martlet get events`
struct GetEvents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "List the latest events, the newest last.",
        discussion: """
            EXAMPLES
              martlet get events --severity failure --limit 20
              martlet get events --device web-1 --type threat.found -o json
            """, aliases: ["event"])

    @OptionGroup var options: GlobalOptions
    @OptionGroup var filter: EventOptions

    @Option(help: "How many at most.")
    var limit = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit: expected a number above 0, got \(limit)") }
    }

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("events", query: filter.query, limit: limit)
        }
        try options.printer.list(items.reversed(), as: Columns.events)
    }
}
