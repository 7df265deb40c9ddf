import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// Holds connections, and does what comes on standard input: `message` exchanges one message on each, anything else ends it.
struct SocketsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "sockets", abstract: "Open connections and hold them.")

    @OptionGroup var credentials: PeerCredentials
    @Option(help: "TCP port on loopback.") var port: Int
    @Option(help: "Connections.") var count: Int
    @Option(help: "Bytes of a message.") var bytes = 4_096
    @Flag(help: "No WebSockets: one page each, the connection kept.") var pages = false

    private static let atOnce = 64

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let connection = BenchConnection(context: try credentials.client(), group: group, port: port)
        let pages = pages
        var channels: [any Channel] = []
        try await withThrowingTaskGroup(of: (any Channel).self) { tasks in
            for number in 0..<count {
                if number >= Self.atOnce, let channel = try await tasks.next() { channels.append(channel) }
                tasks.addTask {
                    try await pages ? connection.page(number: number) : connection.webSocket(number: number)
                }
            }
            for try await channel in tasks { channels.append(channel) }
        }
        say("connected")
        while readLine() == "message" {
            for channel in channels {
                let exchange = EchoExchange(bytes: bytes, done: channel.eventLoop.makePromise())
                channel.writeAndFlush(exchange, promise: nil)
                try await exchange.done.futureResult.get()
            }
            say("exchanged")
        }
        for channel in channels { channel.close(promise: nil) }
        say("closed")
    }

    private func say(_ word: String) {
        print(word)
        fflush(nil)
    }
}
