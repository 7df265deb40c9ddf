import ArgumentParser

/// `martlet get tasks`
struct GetTasks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks", abstract: "List the tasks.",
        discussion: """
            EXAMPLES
              martlet get tasks
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.list("tasks")
        }
        try options.printer.list(items, as: Columns.tasks)
    }
}
