import ArgumentParser

/// `martlet get audit`
struct GetAudit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "List who changed what, newest first.",
        discussion: """
            EXAMPLES
              martlet get audit --limit 20
              martlet get audit --kind Policy --name clamav-default -o yaml
            """)

    @OptionGroup var options: GlobalOptions

    @Option(help: "Only changes by this operator's token.")
    var `operator`: String?

    @Option(help: "Only changes of objects of this kind, like Policy.")
    var kind: String?

    @Option(help: "Only changes of objects of this name.")
    var name: String?

    @Option(help: "How many at most.")
    var limit = 100

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit: expected a number from 1, got \(limit)") }
    }

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list(
                "audit", query: [("operator", `operator`), ("kind", kind), ("name", name)], limit: limit)
        }
        try options.printer.list(items, as: Columns.audit, one: false)
    }
}
