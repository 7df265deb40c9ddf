import ArgumentParser
import DesiredState
import Manifests
import NIOHTTP1

/// `martlet set device`
struct SetDevice: AsyncParsableCommand {
    enum Switch: String, ExpressibleByArgument, CaseIterable {
        case on, off, inherit
    }

    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Change how one device connects, or where it belongs.",
        discussion: """
            inherit gives a setting back to the device's group.

            EXAMPLES
              martlet set device web-1 --keep-connection on
              martlet set device web-1 --sync-interval 5m --group servers
              martlet set device web-1 --sync-interval inherit
              martlet set device web-1 --group inherit
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Uid, the beginning of a uid, or host name.")
    var device: String

    @Option(help: "Keep the connection open: on, off or inherit.")
    var keepConnection: Switch?

    @Option(help: "Time between two syncs, like 5m, or inherit.")
    var syncInterval: String?

    @Option(help: "Who wins at the ceiling on open connections; higher first.")
    var priority: Int?

    @Option(help: "Group to move it to, or inherit: where rules put it, else where it enrolled.")
    var group: String?

    func validate() throws {
        guard keepConnection != nil || syncInterval != nil || priority != nil || group != nil else {
            throw ValidationError(
                "expected something to set: --keep-connection, --sync-interval, --priority or --group")
        }
        if let syncInterval, syncInterval != "inherit",
            !(ManifestDuration.seconds(syncInterval).map(SpecLimits.syncInterval.contains) ?? false)
        {
            throw ValidationError(
                "--sync-interval: expected a duration like 5m, from 5s to 7d, or inherit, got \(syncInterval)")
        }
        if let priority, !SpecLimits.priority.contains(Int64(priority)) {
            throw ValidationError("--priority: expected a number from -1000 to 1000, got \(priority)")
        }
    }

    func run() async throws {
        let body: JSONValue = ["spec": .object(patch)]
        let object = try await APIClient.with(options) { client in
            try await APIProblem.namingOptions {
                try await client.request(.PATCH, ["devices", device], body: body)
            }
        }
        try options.printer.object(object) { _ in "\(device): changed" }
        if let note = Self.note(object, device) { Terminal.say(note) }
    }

    /// When the change takes effect; nil when the device hears of it at once.
    static func note(_ object: JSONValue, _ device: String) -> String? {
        guard object.text(at: "status", "presence") != "connected" else { return nil }
        let next = object.text(at: "status", "nextSync").map { " (next sync: \($0))" } ?? ""
        return
            "it takes effect when the device comes next\(next); \"martlet sync \(device)\" has it come at once"
    }

    var patch: [String: JSONValue] {
        var spec: [String: JSONValue] = [:]
        spec["keepConnection"] = keepConnection.map { $0 == .inherit ? .null : .bool($0 == .on) }
        spec["syncInterval"] = syncInterval.map { $0 == "inherit" ? .null : .string($0) }
        spec["priority"] = priority.map { .integer(Int64($0)) }
        spec["group"] = group.map { $0 == "inherit" ? .null : .string($0) }
        return spec
    }
}
