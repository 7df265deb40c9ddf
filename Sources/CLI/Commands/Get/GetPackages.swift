import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet get packages`
struct GetPackages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "packages", abstract: "List the plugin packages that were pushed.",
        discussion: """
            EXAMPLES
              martlet get packages
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let answer = try await APIClient.with(options) { client in try await client.request(.GET, ["packages"]) }
        try options.printer.list(answer["items"]?.arrayValue ?? [], as: Columns.packages)
    }
}
