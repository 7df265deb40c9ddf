import ArgumentParser

/// `martlet describe task`
struct DescribeTask: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task",
        abstract: "Show a task: what was declared, and which devices do not have it yet, or failed and why.",
        discussion: """
            EXAMPLES
              martlet describe task scan-home
            """, aliases: ["tasks"])

    @OptionGroup var description: DeploymentDescription

    func run() async throws { try await description.show("tasks") }
}
