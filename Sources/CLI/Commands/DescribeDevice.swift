import ArgumentParser
import NIOHTTP1

/// `martlet describe device`
struct DescribeDevice: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "device", abstract: "Show a device: contact, applications, what was applied.",
        discussion: """
            EXAMPLES
              martlet describe device web-1
              martlet describe device 0192f3 -o yaml
            """, aliases: ["devices"])

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Uid, the beginning of a uid, or host name.")
    var device: String

    func run() async throws {
        let object = try await APIClient.with(options) { client in try await client.request(.GET, ["devices", device]) }
        try options.printer.object(object, text: DeviceText.make)
    }
}
