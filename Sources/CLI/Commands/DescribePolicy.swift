import ArgumentParser

/// `martlet describe policy`
struct DescribePolicy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Show a policy: what was declared, and which devices do not have it yet, or failed and why.",
        discussion: """
            EXAMPLES
              martlet describe policy clamav-default
            """, aliases: ["policies"])

    @OptionGroup var description: DeploymentDescription

    func run() async throws { try await description.show("policies") }
}
