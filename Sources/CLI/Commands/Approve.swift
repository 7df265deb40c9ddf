import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet approve`
struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Let devices in that joined with a token that requires approval.",
        discussion: """
            Such a device is shown as pending. Its uid is what "martlet-agent enroll" printed on the host: compare them. To
            turn one away, delete it. A device asks again every minute or so.

            EXAMPLES
              martlet get devices
              martlet approve 01a20fc3
              martlet approve 01a20fc3 01a20fd8 --group servers
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Uids, beginnings of uids, or host names.")
    var devices: [String]

    @Option(help: "Group to put them into instead of the token's.")
    var group: String?

    func run() async throws {
        let body: JSONValue = .object(group.map { ["group": .string($0)] } ?? [:])
        try await APIClient.with(options) { client in
            for device in devices {
                let result = try await APIProblem.namingOptions {
                    try await client.request(.POST, ["devices", device, "approve"], body: body)
                }
                try options.printer.object(result) { object in
                    "approved \(object.text(at: "metadata", "uid") ?? device) (\(object.text(at: "status", "hostname") ?? ""))"
                }
            }
        }
    }
}
