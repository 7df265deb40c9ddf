import ArgumentParser

/// `martlet describe secret`
struct DescribeSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Show a secret without its value: who may have it, and since when it has one.",
        discussion: """
            EXAMPLES
              martlet describe secret postgresql-monitor
            """, aliases: ["secrets"])

    @OptionGroup var description: ObjectDescription

    func run() async throws { try await description.show("secrets") }
}
