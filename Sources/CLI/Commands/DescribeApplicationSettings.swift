import ArgumentParser

/// `martlet describe application-settings`
struct DescribeApplicationSettings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "application-settings",
        abstract: "Show settings of one device: what was declared, and since when.",
        discussion: """
            EXAMPLES
              martlet describe application-settings clamav-web-1
            """)

    @OptionGroup var description: ObjectDescription

    func run() async throws { try await description.show("application-settings") }
}
