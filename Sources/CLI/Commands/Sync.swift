import ArgumentParser
import DesiredState
import NIOHTTP1

/// `martlet sync`
struct Sync: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Have a device synchronise now: state, runs and statistics are refreshed.",
        discussion: """
            A device that holds a connection is told at once; another one is woken by a datagram.

            EXAMPLES
              martlet sync web-1
              martlet sync web-1 --wait --timeout 1m
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Uid, the beginning of a uid, or host name.")
    var device: String

    @Flag(help: "Wait until the device has synchronised.")
    var wait = false

    func run() async throws {
        let result = try await APIClient.with(options) { client in
            let answer = try await client.request(.POST, ["devices", device, "sync"])
            return wait ? try await client.followOrder(answer, for: options.timeout.seconds) : answer
        }
        try options.printer.object(result) { _ in
            wait
                ? "\(device): synchronised"
                : "\(device): told to synchronise (order \(result.text(at: "orderId") ?? "?"))"
        }
    }
}
