import AsyncHTTPClient
import DesiredState
import FoundationEssentials
import NIOCore
import NIOHTTP1
import ServerCore
import Testing

@Suite struct EventStreamTests {
    /// Reads the stream until `count` events came; returns their numbers and the last cursor. `connected` is called when
    /// the stream is open.
    private func read(
        _ api: TestAPI, _ query: String = "", cursor: String? = nil, count: Int, connected: () async throws -> Void = {}
    ) async throws -> (numbers: [Int64], cursor: String?) {
        var request = HTTPClientRequest(url: api.base + "/events/stream" + query)
        request.headers.add(name: "authorization", value: "Bearer \(api.tokens[.read] ?? "")")
        if let cursor { request.headers.add(name: "last-event-id", value: cursor) }
        let response = try await api.http.execute(request, timeout: .seconds(30))
        #expect(response.status == .ok && response.headers.first(name: "content-type") == "text/event-stream")
        var text = ""
        var opened = false
        for try await buffer in response.body {
            text += String(buffer: buffer)
            if !opened {
                opened = true
                try await connected()
            }
            if text.components(separatedBy: "\ndata: ").count > count, text.hasSuffix("\n\n") { break }
        }
        let lines = text.split(separator: "\n")
        let numbers = try lines.filter { $0.hasPrefix("data: ") }.compactMap {
            try JSONValue(parsing: String($0.dropFirst(6)))["status"]?["number"]?.integerValue
        }
        return (numbers, lines.last { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4)) })
    }

    @Test("new events come as they are stored, and after a break the stream goes on where it was", .tags(.R16))
    func resumes() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            try await api.addEvents(3, device: uid)
            let first = try await read(api, count: 2) { try await api.addEvents(2, device: uid, from: 4) }
            #expect(first.numbers == [4, 5])
            try await api.addEvents(3, device: uid, from: 6)
            let second = try await read(api, cursor: first.cursor, count: 3)
            #expect(second.numbers == [6, 7, 8])
            let other = try await read(api, "?severity=critical&after=\(first.cursor ?? "")", count: 2)
            #expect(other.numbers == [6, 8])
        }
    }

    @Test("a cursor of another store is refused")
    func foreignCursor() async throws {
        try await TestAPI.run { api in
            for cursor in ["WyJhIiwiMSJd", "nonsense!"] {
                let answer = try await api.request(.GET, "/events/stream?after=\(cursor)", as: .read)
                #expect(answer.status == 422)
            }
        }
    }

    @Test("events are listed newest first, by severity and above")
    func list() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            try await api.addEvents(5, device: uid)
            func numbers(_ query: String) async throws -> [Int64] {
                try await api.request(.GET, "/events" + query, as: .read).items.compactMap {
                    $0["status"]?["number"]?.integerValue
                }
            }
            #expect(try await numbers("") == [5, 4, 3, 2, 1])
            #expect(try await numbers("?severity=warning") == [4, 2])
            #expect(try await numbers("?device=web-1&limit=2") == [5, 4])
            #expect(try await api.request(.GET, "/events?severity=loud").paths == ["severity"])
        }
    }

    @Test("a stopping server ends streams and waits")
    func stops() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            let order =
                try await api.request(.POST, "/devices/\(uid)/sync", as: .operate).json["orderId"]?.stringValue ?? ""
            async let waiting = api.request(.GET, "/devices/\(uid)/orders/\(order)?wait=60s&revision=9", as: .read)
            let clock = ContinuousClock()
            let start = clock.now
            let read = try? await read(api, count: 1) { try await api.stop() }
            #expect(read?.numbers ?? [] == [])
            _ = try? await waiting
            #expect(clock.now - start < .seconds(25))
        }
    }
}
