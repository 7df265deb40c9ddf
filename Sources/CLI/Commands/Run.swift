import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet run`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Start a task on devices of its scope.",
        discussion: """
            With --wait progress is printed as it comes; the exit code is 9 when a run does not succeed.

            EXAMPLES
              martlet run scan-home --device web-1 --wait --timeout 10m
              martlet run update-database
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The task's name.")
    var task: String

    @Option(
        name: [.customLong("device")], help: "Device to run it on; may be repeated. All of the task's scope by default."
    )
    var devices: [String] = []

    @Flag(help: "Wait until every run is over.")
    var wait = false

    func run() async throws {
        let (result, failed) = try await APIClient.with(options) { client in try await perform(client) }
        try options.printer.object(result, text: text)
        guard !failed else { throw CLIError(.taskFailed, "not every run succeeded") }
    }

    /// The answer, or with --wait the finished runs, and whether one did not succeed.
    private func perform(_ client: APIClient) async throws -> (JSONValue, Bool) {
        let body: JSONValue = ["devices": .array(devices.map { .string($0) })]
        let answer = try await client.request(.POST, ["tasks", task, "runs"], body: body)
        guard wait else { return (answer, false) }
        var finished: [JSONValue] = []
        for run in answer["runs"]?.arrayValue ?? [] {
            guard let id = run["runId"]?.stringValue else { continue }
            let name = await hostName(of: run["device"]?.stringValue, client)
            finished.append(
                try await client.follow(["runs", id], for: options.timeout.seconds) { RunProgress.say($0, name: name) })
        }
        let failed = finished.contains { $0.text(at: "status", "state") != "succeeded" }
        return (["items": .array(finished)], failed)
    }

    /// nil when the device has none, or has gone meanwhile.
    private func hostName(of device: String?, _ client: APIClient) async -> String? {
        guard let device else { return nil }
        return try? await client.request(.GET, ["devices", device]).text(at: "status", "hostname")
    }

    private func text(_ result: JSONValue) -> String {
        guard let runs = result["items"]?.arrayValue else {
            return (result["runs"]?.arrayValue ?? [])
                .map { "\($0.text(at: "device") ?? "?"): run \($0.text(at: "runId") ?? "?")" }.joined(separator: "\n")
        }
        return Columns.runs.text(runs)
    }
}
