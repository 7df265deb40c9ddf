import ArgumentParser

/// `martlet describe remote-config`
struct DescribeRemoteConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remote-config", abstract: "Show a remote configuration: what was declared, and since when.",
        discussion: """
            EXAMPLES
              martlet describe remote-config sampling
            """, aliases: ["remote-configs"])

    @OptionGroup var description: ObjectDescription

    func run() async throws { try await description.show("remote-configs") }
}
