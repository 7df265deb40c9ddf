import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet readmit`
struct Readmit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readmit", abstract: "Let a device in again that waits for it.",
        discussion: """
            The certificate that it showed last is its current one from then on; every other one of the device is void.

            EXAMPLES
              martlet get readmissions
              martlet readmit 01a20fc3 --group servers
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Uid, or the beginning of it.")
    var device: String

    @Option(help: "Its group. (default: root; a device that is known stays where it is)")
    var group: String?

    func run() async throws {
        let body: JSONValue = .object(group.map { ["group": .string($0)] } ?? [:])
        let result = try await APIClient.with(options) { client in
            try await client.request(.POST, ["devices", device, "readmit"], body: body)
        }
        try options.printer.object(result) { "readmitted \($0.text(at: "device") ?? device)" }
    }
}
