import ArgumentParser

/// `martlet describe group`
struct DescribeGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group", abstract: "Show a group: what was declared, and since when.",
        discussion: """
            EXAMPLES
              martlet describe group servers
            """, aliases: ["groups"])

    @OptionGroup var description: ObjectDescription

    func run() async throws { try await description.show("groups") }
}
