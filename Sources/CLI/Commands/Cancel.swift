import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet cancel`
struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Have devices cancel task runs: one, those of a launch, or all of a task.",
        discussion: """
            A launch is one call of martlet run; what of it has not begun does not begin any more.

            EXAMPLES
              martlet cancel 0192f3a1-…
              martlet cancel --launch 0192f3a0-…
              martlet cancel --task scan-home
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The run's id (martlet get runs).")
    var id: String?

    @Option(help: "Every run of this launch.")
    var launch: String?

    @Option(help: "Every run of this task, whatever started it.")
    var task: String?

    func validate() throws {
        guard [id, launch, task].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("expected one of a run's id, --launch or --task")
        }
    }

    func run() async throws {
        let path =
            id.map { ["runs", $0, "cancel"] } ?? launch.map { ["launches", $0, "stop"] } ?? [
                "tasks", task ?? "", "stop",
            ]
        let answer = try await APIClient.with(options) { client in try await client.request(.POST, path) }
        try options.printer.object(answer, text: text)
    }

    private func text(_ answer: JSONValue) -> String {
        if let id { return "run \(id): the device was told to cancel it" }
        let devices = answer["devices"]?.integerValue ?? 0
        return
            "\(devices) device\(devices == 1 ? " was" : "s were") told to cancel \(devices == 1 ? "its run" : "their runs")"
    }
}
