import ArgumentParser
import NIOHTTP1

/// `martlet cancel`
struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Have a device cancel a task run.",
        discussion: """
            EXAMPLES
              martlet cancel 0192f3a1-…
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The run's id (martlet get runs).")
    var id: String

    func run() async throws {
        let answer = try await APIClient.with(options) { client in
            try await client.request(.POST, ["runs", id, "cancel"])
        }
        try options.printer.object(answer) { _ in "run \(id): the device was told to cancel it" }
    }
}
