import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet apply`
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Make the server want what manifests say. All of them or none.",
        discussion: """
            Manifests are YAML or JSON: Group, Policy, Task, EnrollmentToken, Device. A directory means its files that end
            in .yaml, .yml or .json, in the order of their names, and those of the directories below.

            EXAMPLES
              martlet apply -f policy.yaml
              martlet apply -f manifests/ --dry-run
              martlet get policies -o yaml | martlet apply -f -
            """)

    @OptionGroup var options: GlobalOptions

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: "File, directory, or - for standard input; may be repeated.")
    var files: [String] = []

    @Flag(help: "Make every check and change nothing.")
    var dryRun = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("-f: expected a file, a directory or -, got nothing") }
    }

    func run() async throws {
        let source = try ManifestSource.read(files)
        let answer = try await APIClient.with(options) { client in
            do {
                return try await client.send(
                    .POST, ["apply"], query: [("dryRun", dryRun ? "true" : nil)], body: Array(source.text.utf8),
                    contentType: "application/yaml")
            } catch let error as CLIError {
                throw error.problem.map(source.locating) ?? error
            }
        }
        try options.printer.object(answer, text: Self.text)
    }

    private static func text(_ answer: JSONValue) -> String {
        let changes = (answer["changes"]?.arrayValue ?? []).map { change in
            "\(change.text(at: "kind") ?? "?") \(change.text(at: "name") ?? "?"): \(change.text(at: "action") ?? "?")"
        }
        let count = answer["devices"]?.integerValue ?? 0
        let dry = answer["dryRun"] == .bool(true)
        let summary =
            "\(count) device\(count == 1 ? "" : "s") \(dry ? "would be concerned; nothing was changed" : "concerned")"
        return (changes + [summary]).joined(separator: "\n")
    }
}
