import ArgumentParser
import AsyncHTTPClient
import DesiredState
import Manifests
import NIOCore
import NIOHTTP1

/// `martlet watch events`
struct WatchEvents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Show events as they are stored.",
        discussion: """
            After a break the stream goes on where it was: nothing is shown twice, nothing is left out.

            EXAMPLES
              martlet watch events --severity failure
              martlet watch events --device web-1 --count 1 -o json
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var filter: EventOptions

    @Option(help: "End after so many events.")
    var count: Int?

    func validate() throws {
        if let count, count <= 0 { throw ValidationError("--count: expected a number above 0, got \(count)") }
    }

    func run() async throws { try await APIClient.with(options) { client in try await watch(client) } }

    private func watch(_ client: APIClient) async throws {
        var cursor: String?
        var left = count ?? .max
        var pause = Duration.seconds(1)
        while left > 0 {
            do {
                try await read(client, &cursor, &left) { pause = .seconds(1) }
            } catch let error as CLIError where error.code == .unreachable && cursor != nil {
                Terminal.say("\(error.message); trying again in \(pause.components.seconds) s")
            }
            guard left > 0 else { return }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(60))
        }
    }

    /// Reads one connection's events until it ends or enough were seen.
    private func read(
        _ client: APIClient, _ cursor: inout String?, _ left: inout Int, connected: () -> Void
    ) async throws {
        var request = try client.request(["events", "stream"], query: filter.query + [("after", cursor)])
        request.headers.add(name: "accept", value: "text/event-stream")
        do {
            let response = try await client.http.execute(request, deadline: .distantFuture)
            guard response.status == .ok else {
                let bytes = try await response.body.collect(upTo: 1 << 20)
                _ = try APIClient.read(response.status, Array(bytes.readableBytesView))
                return
            }
            connected()
            var events = ServerSentEvents()
            for try await buffer in response.body {
                for event in events.feed(buffer.readableBytesView) where left > 0 {
                    cursor = event.id ?? cursor
                    try show(event)
                    left -= 1
                }
                if left == 0 { return }
            }
        } catch let error as CLIError {
            throw error
        } catch {
            throw client.unreachable(error)
        }
    }

    private func show(_ event: ServerSentEvents.Event) throws {
        guard let json = try? JSONValue(parsing: event.data) else { return }
        switch options.output {
        case .table: Terminal.print(Columns.events.line(json))
        case .json: Terminal.print(CanonicalJSON.text(json))
        case .yaml: Terminal.print("---\n" + (try ManifestEncoder.yaml([json])))
        }
    }
}
