import ArgumentParser
import NIOHTTP1

/// `martlet release`
struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let a device go that is held because there were two of it.",
        discussion: """
            A device is held when two agents work under its identity (its disk was copied, say). It then gets neither orders
            nor configuration. Release it when one of the two is gone, or let the newcomer have an identity of its own
            with "martlet split".

            EXAMPLES
              martlet release web-1
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Uid, the beginning of a uid, or host name.")
    var device: String

    func run() async throws {
        let result = try await APIClient.with(options) { client in
            try await client.request(.POST, ["devices", device, "release"])
        }
        try options.printer.object(result) { _ in "released \(device)" }
    }
}
