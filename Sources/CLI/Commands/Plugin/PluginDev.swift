import ArgumentParser
import DesiredState
import Foundation
import PluginWorkshop

/// `martlet plugin dev`
struct PluginDev: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dev", abstract: "Build a plugin, load it into a local host and see what it does; no server.",
        discussion: """
            The plugin runs under the agent's own supervision, in a process of its own. Its state, events, statistics and log
            are shown as they come. Units and files that it asks for are told and not touched, unless --real says so: files
            are written below the data directory. Commands come from standard input, one a line, and the end of the input
            ends it:

              \(DevCommand.usage.joined(separator: "\n  "))

            EXAMPLES
              martlet plugin dev greeter
              martlet plugin dev greeter --run greet
              printf 'run greet\\nstatistics\\n' | martlet plugin dev greeter -o json

            EXIT CODES
              0 ok, 1 it did not build or come up, 9 a run or a command failed
            """)

    @Argument(help: "The project, or the plugin's folder as a device has it.")
    var directory = "."

    @Flag(help: "Do not run make first.")
    var noBuild = false

    @Option(help: "Run this task, NAME or NAME=PARAMETERS, and end; repeatable.")
    var run: [String] = []

    @Option(help: "Settings to begin with: a JSON document or @FILE.")
    var settings: String?

    @Option(help: "A secret of the plugin, as NAME=FILE; repeatable.")
    var secretFile: [String] = []

    @Option(help: "Folder for what the plugin keeps. (default: a new one, gone at the end)")
    var data: String?

    @Flag(help: "Touch units and files for real.")
    var real = false

    @Option(help: "How often statistics are shown, when they changed.", transform: DurationArgument.parse)
    var interval = DurationArgument(seconds: 5)

    @Option(name: .shortAndLong, help: "How to print: table (lines for people) or json (one object a line).")
    var output: OutputFormat = .table

    func validate() throws {
        guard output != .yaml else { throw ValidationError("--output: expected table or json, got yaml") }
        for secret in secretFile where !secret.dropFirst().contains("=") {
            throw ValidationError("--secret-file: expected NAME=FILE, got \(secret)")
        }
    }

    func run() async throws {
        let project = URL(fileURLWithPath: directory, isDirectory: true)
        let runs = try run.map { try DevCommand.task($0.split(separator: "=", maxSplits: 1).map(String.init)) }
        let initial = try settings.map { try JSONArgument.parse($0, of: "--settings") }
        if !noBuild { try ProjectBuild.make(project) }
        let place = try DevPlace(data)
        defer { place.remove() }
        let printer = NewsPrinter(isJSON: output == .json)
        let options = WorkbenchOptions(
            folder: try PluginFolder.find(directory), host: try PluginPrograms.path("martlet-plugin-host"),
            dataDirectory: place.path, isReal: real, secrets: secrets)
        let session = DevSession(
            bench: Workbench(options) { printer.print($0) }, printer: printer, project: noBuild ? nil : project,
            interval: interval)
        let failed = try await session.run(settings: initial, runs: runs)
        guard !failed else { throw ExitCode(ExitStatus.taskFailed.rawValue) }
    }

    private var secrets: [String: String] {
        let pairs = secretFile.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.map { ($0[0], $0[1]) }, uniquingKeysWith: { $1 })
    }
}
