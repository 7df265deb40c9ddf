import ArgumentParser
import DesiredState
import Foundation
import PluginWorkshop

/// `martlet plugin check`
struct PluginCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Hold a plugin against every rule of the interface.",
        discussion: """
            Loads the plugin into processes of its own and puts it through its life: on a host that grants everything, on one
            that refuses everything, on one that offers nothing. Nothing is done to the machine but what the plugin does by
            itself. Tasks that the manifest calls idempotent and that need no parameters are run.

            EXAMPLES
              martlet plugin check build/com.example.greeter
              martlet plugin check . --task backup='{"directory": "/tmp"}' --allow-library libpq.so.5
              martlet plugin check --list
              martlet plugin check . -o json

            EXIT CODES
              0 every rule that could be seen is kept, 1 one is broken
            """)

    @Argument(help: "The plugin's folder, its library, or a project that make has built.")
    var file: String?

    @Flag(help: "Print every check with its rule and what helps; look at nothing.")
    var list = false

    @Flag(help: "Print the rules that are kept, too.")
    var verbose = false

    @Option(help: "A task to run, NAME or NAME=PARAMETERS; repeatable.")
    var task: [String] = []

    @Flag(help: "Run no task but one that does not exist.")
    var noTasks = false

    @Option(help: "Settings to apply instead of the manifest's defaults: a JSON document or @FILE.")
    var settings: String?

    @Option(help: "A library that the plugin may need beside the published ones; repeatable.")
    var allowLibrary: [String] = []

    @Option(name: .shortAndLong, help: "How to print: table, json or yaml.")
    var output: OutputFormat = .table

    func validate() throws {
        guard list == (file == nil) else { throw ValidationError("expected a plugin, or --list") }
        guard task.isEmpty || !noTasks else { throw ValidationError("expected either --task or --no-tasks") }
    }

    func run() throws {
        let printer = Printer(format: output)
        guard let file else {
            let checks = ConformanceCatalogue.all.map { ConformanceText.json($0) }
            return try printer.list(checks, as: ConformanceText.catalogue)
        }
        let results = try ConformanceText.checking {
            try ConformanceKit.check(try request(file)) { Terminal.say("checking: \($0)") }
        }
        try printer.object(ConformanceText.json(results)) { _ in ConformanceText.text(results, all: verbose) }
        guard !results.contains(where: { $0.outcome == .broken }) else { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private func request(_ file: String) throws -> ConformanceRequest {
        let tasks = try task.map { option in
            let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
            let parameters = parts.count > 1 ? try JSONArgument.parse(parts[1], of: "--task") : .object([:])
            return (name: parts.first ?? "", parameters: parameters)
        }
        return ConformanceRequest(
            folder: try PluginFolder.find(file), probe: try PluginPrograms.path("martlet-plugin-probe"),
            settings: try settings.map { try JSONArgument.parse($0, of: "--settings") },
            tasks: task.isEmpty && !noTasks ? nil : tasks, libraries: Set(allowLibrary))
    }
}
