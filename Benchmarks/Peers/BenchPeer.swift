import ArgumentParser

/// What the server is measured beside: the same libraries with nothing of ours on top, and what opens connections to it.
@main
struct BenchPeer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet-bench-peer",
        abstract: "A bare mutual-TLS WebSocket echo and a bare page, and clients of them; for make bench.",
        subcommands: [EchoCommand.self, SocketsCommand.self, GetsCommand.self], helpNames: .long)
}
