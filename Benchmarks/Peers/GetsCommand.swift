import ArgumentParser
import Foundation
import NIOCore
import NIOPosix

/// Full handshakes at a pace, a page over each.
struct GetsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gets", abstract: "A handshake and a GET, again and again.")

    @OptionGroup var credentials: PeerCredentials
    @Option(help: "TCP port on loopback.") var port: Int
    @Option(help: "How many.") var count: Int
    @Option(help: "How many a second.") var perSecond: Int

    private static let tick = Duration.milliseconds(2)

    func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let connection = BenchConnection(context: try credentials.client(), group: group, port: port)
        let begun = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: Duration.self) { tasks in
            var said = 0
            while said < count {
                let due = min(Int((ContinuousClock.now - begun) / .seconds(1) * Double(perSecond)), count)
                while said < due {
                    let number = said
                    tasks.addTask {
                        let begun = ContinuousClock.now
                        let channel = try await connection.page(number: number)
                        let time = ContinuousClock.now - begun
                        try await channel.close()
                        return time
                    }
                    said += 1
                }
                try await Task.sleep(for: Self.tick)
            }
            return try await tasks.reduce(into: [Duration]()) { $0.append($1) }
        }
        let sorted = times.map { $0 / .milliseconds(1) }.sorted()
        let (p50, p99) = (sorted[(sorted.count - 1) / 2], sorted[(sorted.count - 1) * 99 / 100])
        print(
            String(
                format: "{\"seconds\": %.3f, \"p50\": %.3f, \"p99\": %.3f}",
                (ContinuousClock.now - begun) / .seconds(1), p50, p99))
    }
}
