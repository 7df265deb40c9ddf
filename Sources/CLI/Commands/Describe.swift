import ArgumentParser

/// `martlet describe`
struct Describe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe", abstract: "Show everything that is known of one object.",
        discussion: """
            EXAMPLES
              martlet describe device web-1
              martlet describe policy clamav-default
            """,
        subcommands: [
            DescribeDevice.self, DescribePolicy.self, DescribeTask.self, DescribeRun.self, DescribeGroup.self,
            DescribeRemoteConfig.self, DescribePluginPackage.self,
            DescribeSecret.self,
            DescribeApplicationSettings.self,
        ])
}
