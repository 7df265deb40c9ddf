import ArgumentParser

/// `martlet get tasks`
struct GetTasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks", abstract: "List the tasks.",
        discussion: """
            EXAMPLES
              martlet get tasks
              martlet get task scan-home -o yaml
            """, aliases: ["task"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Only this one.")
    var name: String?

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            let items = try await client.list("tasks", named: name)
            return options.output == .table ? await client.showingGroupPaths(items) : items
        }
        try options.printer.list(items, as: Columns.tasks, one: name != nil)
    }
}
