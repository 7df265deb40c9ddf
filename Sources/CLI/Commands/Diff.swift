import ArgumentParser
import DesiredState

/// `martlet diff`
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what applying manifests would change, and how many devices it concerns.",
        discussion: """
            Nothing is changed. Every check of apply is made.

            EXAMPLES
              martlet diff -f manifests/
              martlet diff -f manifests/ --set fleet --prune
              martlet diff -f policy.yaml --exit-code || echo "something would change"
            """)

    @OptionGroup var options: GlobalOptions

    @Option(
        name: [.customShort("f"), .customLong("file")],
        help: "File, directory, or - for standard input; may be repeated.")
    var files: [String] = []

    @OptionGroup var change: ApplyOptions

    @Flag(help: "End with 1 when something would change.")
    var exitCode = false

    func validate() throws {
        guard !files.isEmpty else { throw ValidationError("-f: expected a file, a directory or -, got nothing") }
        try change.check()
    }

    func run() async throws {
        let source = try ManifestSource.read(files)
        let answer = try await APIClient.with(options) { try await change.apply(source, dryRun: true, with: $0) }
        try options.printer.object(answer, text: Self.text)
        let changes = answer["changes"]?.arrayValue ?? []
        if exitCode, changes.contains(where: { $0["action"] != "unchanged" }) { throw ExitCode(1) }
    }

    static func text(_ answer: JSONValue) -> String {
        let changes = (answer["changes"]?.arrayValue ?? []).filter { $0["action"] != "unchanged" }
        let conflicts = ApplyOptions.conflicts(answer)
        guard !changes.isEmpty else { return (["nothing would change"] + conflicts).joined(separator: "\n") }
        let lines = changes.flatMap { change in
            ["\(change.text(at: "kind") ?? "?") \(change.text(at: "name") ?? "?"): \(change.text(at: "action") ?? "?")"]
                + (change["differences"]?.arrayValue ?? []).map(line)
        }
        return (lines + ApplyOptions.moves(answer) + conflicts + [ApplyOptions.summary(answer)]).joined(separator: "\n")
    }

    private static func line(_ difference: JSONValue) -> String {
        let path = difference["path"]?.stringValue ?? ""
        let (from, to) = (difference["from"].map(CanonicalJSON.text), difference["to"].map(CanonicalJSON.text))
        switch (from, to) {
        case (let from?, let to?): return Terminal.escaped("  ~ \(path): \(from) -> \(to)")
        case (nil, let to?): return Terminal.escaped("  + \(path): \(to)")
        default: return Terminal.escaped("  - \(path): \(from ?? "null")")
        }
    }
}
