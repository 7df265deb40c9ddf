import ArgumentParser

/// `martlet describe task`
struct DescribeTask: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Show a task: what was declared, and since when.",
        discussion: """
            EXAMPLES
              martlet describe task scan-home
            """, aliases: ["tasks"])

    @OptionGroup var description: ObjectDescription

    func run() async throws { try await description.show("tasks") }
}
