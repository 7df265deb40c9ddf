import ArgumentParser

/// `martlet describe policy`
struct DescribePolicy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Show a policy: what was declared, and since when.",
        discussion: """
            EXAMPLES
              martlet describe policy clamav-default
            """, aliases: ["policies"])

    @OptionGroup var description: ObjectDescription

    func run() async throws { try await description.show("policies") }
}
