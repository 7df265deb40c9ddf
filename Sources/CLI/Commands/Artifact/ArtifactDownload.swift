import ArgumentParser
import DesiredState
import Foundation
import NIOHTTP1

/// `martlet artifact download`
struct ArtifactDownload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "download", abstract: "Download an artifact of a run.",
        discussion: """
            The file appears under its name when it is whole and its SHA-256 is that of the server. A download that was cut
            goes on where it ended when the command is run again.

            EXAMPLES
              martlet artifact download RUN diagnostics.tar.gz --file /tmp/diagnostics.tar.gz
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The run, by its id.")
    var run: String

    @Argument(help: "The artifact's name, as `martlet get artifacts` shows it.")
    var name: String

    @Option(name: [.customShort("O"), .long], help: "Where to; the artifact's name when left out.")
    var file: String?

    func run() async throws {
        let target = file ?? name
        try await APIClient.with(options) { client in
            let known = try await client.request(.GET, ["runs", run, "artifacts"])["items"]?.arrayValue ?? []
            guard let artifact = known.first(where: { $0.text(at: "name") == name }) else {
                let names = known.compactMap { $0.text(at: "name") }
                throw CLIError(
                    .notFound,
                    "run \(run) has no artifact \"\(name)\"; it has \(names.isEmpty ? "none" : names.joined(separator: ", "))"
                )
            }
            try await client.download(
                ["runs", run, "artifacts", name], to: target, size: artifact.value(at: ["size"])?.integerValue ?? 0,
                sha256: artifact.text(at: "sha256") ?? "")
        }
        Terminal.say("\(target)")
    }
}
