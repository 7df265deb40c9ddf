import ArgumentParser
import DesiredState
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

    @Option(help: "Group to move it to.")
    var group: String?

    func validate() throws {
        guard keepConnection != nil || syncInterval != nil || priority != nil || group != nil else {
            throw ValidationError(
                "expected something to set: --keep-connection, --sync-interval, --priority or --group")
        }
        if let syncInterval, syncInterval != "inherit", DurationArgument(argument: syncInterval) == nil {
            throw ValidationError("--sync-interval: expected a duration like 5m, or inherit, got \(syncInterval)")
        }
    }

    func run() async throws {
        let body: JSONValue = ["spec": .object(patch)]
        let object = try await APIClient.with(options) { client in
            try await client.request(.PATCH, ["devices", device], body: body)
        }
        try options.printer.object(object) { _ in "\(device): changed" }
    }

    var patch: [String: JSONValue] {
        var spec: [String: JSONValue] = [:]
        spec["keepConnection"] = keepConnection.map { $0 == .inherit ? .null : .bool($0 == .on) }
        spec["syncInterval"] = syncInterval.map { $0 == "inherit" ? .null : .string($0) }
        spec["priority"] = priority.map { .integer(Int64($0)) }
        spec["group"] = group.map { .string($0) }
        return spec
    }
}
