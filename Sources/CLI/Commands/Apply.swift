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
              martlet apply -f manifests/ --set fleet --prune
              martlet get policies -o yaml | martlet apply -f -
            """)

    @OptionGroup var options: GlobalOptions

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: "File, directory, or - for standard input; may be repeated.")
    var files: [String] = []

    @Flag(help: "Make every check and change nothing.")
    var dryRun = false

    @OptionGroup var change: ApplyOptions

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("-f: expected a file, a directory or -, got nothing") }
        try change.check()
    }

    func run() async throws {
        let source = try ManifestSource.read(files)
        let answer = try await APIClient.with(options) { try await change.apply(source, dryRun: dryRun, with: $0) }
        try options.printer.object(answer, text: Self.text)
    }

    private static func text(_ answer: JSONValue) -> String {
        let changes = (answer["changes"]?.arrayValue ?? []).map { change in
            "\(change.text(at: "kind") ?? "?") \(change.text(at: "name") ?? "?"): \(change.text(at: "action") ?? "?")"
        }
        return
            (changes + ApplyOptions.moves(answer) + ApplyOptions.conflicts(answer) + [ApplyOptions.summary(answer)])
            .joined(separator: "\n")
    }
}
