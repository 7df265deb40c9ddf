import ArgumentParser
import NIOHTTP1

/// `martlet split`
struct Split: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "split", abstract: "Have the newcomer of two devices under one identity get its own.",
        discussion: """
            A device is held when two agents work under its identity (its disk was copied, say). With this, the one that came
            later asks for an identity of its own, and both go on as two devices of the same group.

            EXAMPLES
              martlet split web-1
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Uid, the beginning of a uid, or host name.")
    var device: String

    func run() async throws {
        let result = try await APIClient.with(options) { client in
            try await client.request(.POST, ["devices", device, "split"])
        }
        try options.printer.object(result) { _ in "the newcomer of \(device) will ask for an identity of its own" }
    }
}
