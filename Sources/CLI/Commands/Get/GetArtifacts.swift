import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet get artifacts`
struct GetArtifacts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "artifacts", abstract: "List what a run left at the server.",
        discussion: """
            EXAMPLES
              martlet get artifacts --run 0198f0c2-4b7e-7c1a-9d5e-2f1a6b3c4d5e
            """, aliases: ["artifact"])

    @OptionGroup var options: GlobalOptions

    @Option(help: "The run, by its id.")
    var run: String

    func run() async throws {
        let items = try await APIClient.with(options) { client in
            try await client.request(.GET, ["runs", run, "artifacts"])["items"]?.arrayValue ?? []
        }
        try options.printer.list(items, as: Columns.artifacts)
    }
}
