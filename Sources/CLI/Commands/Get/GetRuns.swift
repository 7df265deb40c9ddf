import ArgumentParser

/// `martlet get runs`
struct GetRuns: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List task runs, newest first.",
        discussion: """
            EXAMPLES
              martlet get runs --device web-1
              martlet get runs --task scan-home --limit 5
              martlet get runs --launch 0192f3a1-… --state failed
            """, aliases: ["run"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this run, by its id.")
    var name: String?

    @Option(help: "Only of this device: uid, the beginning of a uid, or host name.")
    var device: String?

    @Option(help: "Only of this task.")
    var task: String?

    @Option(help: "Only of this launch: one call of martlet run.")
    var launch: String?

    @Option(help: "Only in this state: pending, running, succeeded, failed, cancelled, \"timed out\" or lost.")
    var state: String?

    @Option(help: "How many at most.")
    var limit = 100

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list(
                "runs", named: name, query: [("device", device), ("task", task), ("launch", launch), ("state", state)],
                limit: limit)
        }
        try options.printer.list(items, as: Columns.runs, one: name != nil)
    }
}
