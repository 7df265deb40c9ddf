import AsyncHTTPClient
import DesiredState
import NIOCore
import NIOHTTP1
import OperatorAPI
import ServerCore
import Testing

@Suite struct TokenTests {
    /// Reads a stream of the token's to its end; `opened` is called when it is open.
    private func follow(_ api: TestAPI, token: String, opened: () async throws -> Void) async throws -> String {
        var request = HTTPClientRequest(url: api.base + "/events/stream")
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        let response = try await api.http.execute(request, timeout: .seconds(30))
        #expect(response.status == .ok)
        var text = ""
        var isOpen = false
        for try await buffer in response.body {
            text += String(buffer: buffer)
            if !isOpen {
                isOpen = true
                try await opened()
            }
        }
        return text
    }

    private func make(_ api: TestAPI, _ name: String, expires: String = "1h") async throws -> String {
        let made = try await api.request(
            .POST, "/tokens", body: #"{"name":"\#(name)","role":"read","expires":"\#(expires)"}"#)
        return try #require(made.json["token"]?.stringValue)
    }

    @Test("a revoked token ends its streams at once, and no other's")
    func revokedStream() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            let token = try await make(api, "night")
            let start = ContinuousClock.now
            let text = try await follow(api, token: token) {
                _ = try await make(api, "other")
                #expect(try await api.request(.DELETE, "/tokens/other").status == 204)
                try await api.addEvents(1, device: uid)
                #expect(try await api.request(.DELETE, "/tokens/night").status == 204)
            }
            #expect(ContinuousClock.now - start < .seconds(10))
            #expect(text.hasPrefix(": martlet events"))
            #expect(try await api.request(.GET, "/events", as: nil, token: token).status == 401)
        }
    }

    @Test("another token of the same name does not keep the streams of the one before")
    func sameName() async throws {
        try await TestAPI.run { api in
            let token = try await make(api, "night")
            _ = try await follow(api, token: token) {
                #expect(try await api.request(.DELETE, "/tokens/night").status == 204)
                _ = try await make(api, "night")
            }
        }
    }

    @Test("not an event is written for a token that has expired, and a clock set back does not confuse it")
    func expiredStream() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            let token = try await make(api, "night")
            let text = try await follow(api, token: token) {
                api.tokenClock.advance(seconds: 3_600)
                try await api.addEvents(3, device: uid)
            }
            #expect(!text.contains("data:"))
            #expect(try await api.request(.GET, "/events", as: nil, token: token).status == 401)
            api.tokenClock.advance(seconds: -3_600)
            #expect(try await api.request(.GET, "/events", as: nil, token: token).status == 200)
        }
    }

    // The client waits for 30 s at most.
    @Test("who waits for news is sent away as soon as the token is revoked")
    func revokedWait() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            let order = try await api.request(.POST, "/devices/\(uid)/sync", as: .operate).json["orderId"]?.stringValue
            let id = try #require(order)
            let token = try await make(api, "night")
            let readers = api.services.reportFeed.readers
            async let waiting = api.request(
                .GET, "/devices/\(uid)/orders/\(id)?wait=60s&revision=99", as: nil, token: token)
            while api.services.reportFeed.readers == readers { await Task.yield() }
            #expect(try await api.request(.DELETE, "/tokens/night").status == 204)
            #expect(try await waiting.status == 401)
            #expect(api.services.reportFeed.readers == readers)
        }
    }

    @Test("who waits for news is sent away when the token expires")
    func expiredWait() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            let order = try await api.request(.POST, "/devices/\(uid)/sync", as: .operate).json["orderId"]?.stringValue
            let id = try #require(order)
            let token = try await api.services.operatorTokens.create(
                name: "night", role: .read, life: 2_000_000, by: OperatorIdentity(name: "test", role: .admin))
            let answer = try await api.request(
                .GET, "/devices/\(uid)/orders/\(id)?wait=60s&revision=99", as: nil, token: token)
            #expect(answer.status == 401)
        }
    }

    @Test("the list says when an operator's token was last used, of one that never was nothing")
    func lastUse() async throws {
        try await TestAPI.run { api in
            let token = try await make(api, "night")
            _ = try await make(api, "day")
            #expect(try await api.request(.GET, "/events", as: nil, token: token).status == 200)
            var uses: [String: String] = [:]
            // It is written beside the answer.
            for _ in 0..<1_000 where uses["night"] == nil {
                for item in try await api.request(.GET, "/tokens").items {
                    uses[item["metadata"]?["name"]?.stringValue ?? ""] = item["status"]?["lastUsed"]?.stringValue
                }
            }
            #expect(uses["night"] != nil && uses["day"] == nil)
        }
    }

    @Test("a stream ends when the time it was asked for is over")
    func boundedStream() async throws {
        try await TestAPI.run { api in
            for life in ["0s", "1s"] {
                let answer = try await api.request(.GET, "/events/stream?for=\(life)", as: .read)
                #expect(answer.status == 200, "\(life)")
            }
            for life in ["25h", "1", "-1s", "99999999999d"] {
                let answer = try await api.request(.GET, "/events/stream?for=\(life)", as: .read)
                #expect(answer.paths == ["for"], "\(life)")
            }
        }
    }

    @Test("of two tokens of one name the caller says which is revoked")
    func ambiguous() async throws {
        try await TestAPI.run { api in
            let token = try await make(api, "both")
            #expect(try await api.request(.POST, "/tokens", body: #"{"name":"both","group":"root"}"#).status == 201)
            #expect(try await api.request(.DELETE, "/tokens/both").status == 409)
            #expect(try await api.request(.DELETE, "/tokens/both?kind=secret").paths == ["kind"])
            #expect(try await api.request(.DELETE, "/tokens/both?kind=operator").status == 204)
            #expect(try await api.request(.GET, "/events", as: nil, token: token).status == 401)
            #expect(try await api.request(.DELETE, "/tokens/both?kind=operator").status == 404)
            #expect(try await api.request(.DELETE, "/tokens/both").status == 204)
            #expect(try await api.request(.DELETE, "/tokens/both").status == 404)
        }
    }
}
