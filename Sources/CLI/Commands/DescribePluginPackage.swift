import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet describe plugin-package`
struct DescribePluginPackage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin-package",
        abstract: "Show where a rollout got: every device it has reached, and why some failed.",
        discussion: """
            EXAMPLES
              martlet describe plugin-package greeter
              martlet describe plugin-package greeter -o json
            """, aliases: ["plugin-packages"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Its name.")
    var name: String

    func run() async throws {
        let rollout = try await APIClient.with(options) { client in
            try await client.request(.GET, ["plugin-packages", name, "devices"])
        }
        try options.printer.object(rollout, text: RolloutText.text)
    }
}
