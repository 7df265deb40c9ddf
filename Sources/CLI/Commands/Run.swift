import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet run`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Start a task on devices of its scope.",
        discussion: """
            With --wait progress is printed as it comes; the exit code is 9 when a run does not succeed. Of more than one device
            the counts are shown, and at the end the runs that did not succeed.

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
        // Without the member all of the scope is meant; an empty list would be nobody.
        let body: JSONValue = devices.isEmpty ? [:] : ["devices": .array(devices.map { .string($0) })]
        let answer = try await client.request(.POST, ["tasks", task, "runs"], body: body)
        guard wait else { return (answer, false) }
        if answer["devices"]?.integerValue ?? 1 > 1, let launch = answer["launchId"]?.stringValue {
            let result = try await client.follow(["launches", launch], for: options.timeout.seconds) {
                Terminal.say(LaunchText.progress($0))
            }
            return (result, LaunchText.hasFailed(result))
        }
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
        if result["kind"] == "Launch" { return LaunchText.summary(result) }
        guard let runs = result["items"]?.arrayValue else {
            let shown = result["runs"]?.arrayValue ?? []
            let lines = shown.map { "\($0.text(at: "device") ?? "?"): run \($0.text(at: "runId") ?? "?")" }
            let more = (result["devices"]?.integerValue ?? 0) - Int64(shown.count)
            guard shown.count > 1, let launch = result.text(at: "launchId") else {
                return lines.joined(separator: "\n")
            }
            let rest = more > 0 ? ["and \(more) more"] : []
            return (lines + rest + ["martlet get runs --launch \(launch)"]).joined(separator: "\n")
        }
        return Columns.runs.text(runs)
    }
}
