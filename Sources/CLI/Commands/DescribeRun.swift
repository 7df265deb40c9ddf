import ArgumentParser
import DesiredState
import Manifests
import NIOHTTP1

/// `martlet describe run`
struct DescribeRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Show a task's run: how it ended, its result, and what it left at the server.",
        discussion: """
            EXAMPLES
              martlet describe run 0198f0c2-4b7e-7c1a-9d5e-2f1a6b3c4d5e
            """, aliases: ["runs"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Its id.")
    var id: String

    func run() async throws {
        let object = try await APIClient.with(options) { client in
            let run = try await client.request(.GET, ["runs", id])
            let artifacts = try await client.request(.GET, ["runs", id, "artifacts"])["items"] ?? []
            guard var members = run.objectValue, var status = members["status"]?.objectValue else { return run }
            status["artifacts"] = artifacts
            members["status"] = .object(status)
            return .object(members)
        }
        let yaml = try ManifestEncoder.yaml([object])
        try options.printer.object(object) { _ in yaml.hasSuffix("\n") ? String(yaml.dropLast()) : yaml }
    }
}
