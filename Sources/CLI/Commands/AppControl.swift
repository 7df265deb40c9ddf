import ArgumentParser
import DesiredState
import NIOHTTP1

/// What `app start`, `app stop` and `app restart` share.
struct AppControl: ParsableArguments {
    @OptionGroup var options: GlobalOptions

    @Argument(help: "The application's id, like martlet.clamav; id#name for one instance.")
    var application: String

    @Option(help: "Uid, the beginning of a uid, or host name.")
    var device: String

    @Flag(help: "Wait for the device's answer.")
    var wait = false

    func perform(_ action: String) async throws {
        let parts = application.split(separator: "#", maxSplits: 1)
        var body: [String: JSONValue] = ["application": .string(String(parts.first ?? "")), "action": .string(action)]
        if parts.count == 2 { body["instance"] = .string(String(parts[1])) }
        let result = try await APIClient.with(options) { client in
            let answer = try await client.request(.POST, ["devices", device, "app"], body: .object(body))
            return wait ? try await client.followOrder(answer, for: options.timeout.seconds) : answer
        }
        try options.printer.object(result) { result in
            let message = result.text(at: "status", "message").map { ": " + Terminal.escaped($0) } ?? ""
            return wait
                ? "\(application): \(action) done\(message)" : "\(application): the device was told to \(action) it"
        }
    }
}
