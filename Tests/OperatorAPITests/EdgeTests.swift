import DesiredState
import DeviceProtocol
import NIOHTTP1
import ServerCore
import Testing

/// What HTTP itself can get wrong.
@Suite struct EdgeTests {
    @Test("an address that is there says which methods it knows")
    func methods() async throws {
        try await TestAPI.run { api in
            for (path, allowed) in [
                ("/devices", "GET, HEAD"), ("/devices/none", "DELETE, GET, HEAD, PATCH"), ("/apply", "POST"),
                ("/events/stream", "GET, HEAD"), ("/tokens", "GET, HEAD, POST"),
            ] {
                for method in [HTTPMethod.PUT, .OPTIONS, .TRACE, .RAW(value: "QUERY")] {
                    let answer = try await api.request(method, path)
                    #expect(answer.status == 405, "\(method) \(path)")
                    #expect(answer.headers.first(name: "allow") == allowed, "\(method) \(path)")
                    #expect(answer.json["type"] == "urn:martlet:error:method")
                }
            }
            #expect(try await api.request(.PUT, "/nothing").status == 404)
            #expect(try await api.request(.PUT, "/devices", as: nil).status == 401)
        }
    }

    @Test("HEAD is GET without a body, also for what is not there, and the connection goes on")
    func head() async throws {
        try await TestAPI.run { api in
            for path in ["/devices", "/groups/root", "/groups/none", "/nothing", "/events/stream"] {
                let answer = try await api.request(.HEAD, path)
                #expect(answer.status == (path.hasSuffix("none") || path == "/nothing" ? 404 : 200), "\(path)")
                #expect(try await api.request(.GET, "/groups/root").status == 200, "after \(path)")
            }
            #expect(try await api.request(.HEAD, "/devices", as: nil).status == 401)
            #expect(try await api.request(.GET, "/groups/root").status == 200)
        }
    }

    @Test("who is not signed in is told how to, and the scheme's letters may be large or small")
    func challenge() async throws {
        try await TestAPI.run { api in
            let answer = try await api.request(.GET, "/devices", as: nil)
            #expect(answer.status == 401 && answer.headers.first(name: "www-authenticate")?.hasPrefix("Bearer") == true)
            let token = try #require(api.tokens[.read])
            for scheme in ["bearer", "BEARER"] {
                let other = try await api.request(
                    .GET, "/devices", as: nil, headers: [("authorization", "\(scheme) \(token)")])
                #expect(other.status == 200)
            }
        }
    }

    @Test("a body of another type is not read, and one too large is said to be")
    func bodies() async throws {
        try await TestAPI.run { api in
            _ = try await api.addDevice("web-1")
            for (method, path) in [
                (HTTPMethod.POST, "/apply"), (.POST, "/tokens"), (.PATCH, "/groups/root"),
                (.POST, "/devices/web-1/sync"),
            ] {
                let answer = try await api.request(
                    method, path, body: "<x/>", headers: [("content-type", "text/xml; charset=utf-8")])
                #expect(answer.status == 415 && answer.headers.first(name: "accept") != nil, "\(path)")
            }
            let patch = #"{"spec":{"priority":3}}"#
            for type in ["application/merge-patch+json", "Application/JSON; charset=utf-8"] {
                let answer = try await api.request(
                    .PATCH, "/groups/root", body: patch, headers: [("content-type", type)])
                #expect(answer.status == 200, "\(type)")
            }
            let large = try await api.request(.POST, "/tokens", body: String(repeating: " ", count: 20 << 20))
            #expect(large.status == 413 && large.json["type"] == "urn:martlet:error:too-large")
            #expect(try await api.request(.POST, "/apply", body: "").status == 422)
        }
    }

    @Test("what If-Match says is a revision in quotes or a star")
    func ifMatch() async throws {
        try await TestAPI.run { api in
            for (header, status) in [
                ("\"1\"", 200), ("*", 200), ("\"9\"", 412), ("1", 422), ("\"\"", 422), ("\"", 422), ("W/\"1\"", 422),
                ("\"-1\"", 422), ("\"99999999999999999999\"", 422),
            ] as [(String, UInt)] {
                let answer = try await api.request(
                    .PATCH, "/groups/root", body: "{}", headers: [("if-match", header)])
                #expect(answer.status == status, "\(header)")
            }
        }
    }

    @Test("names in a path may need escapes")
    func escapes() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("Büro 1/2")
            let answer = try await api.request(.GET, "/devices/B%C3%BCro%201%2f2", as: .read)
            #expect(answer.json["metadata"]?["uid"] == .string("\(uid)"))
            for name in ["a%00b", "%ff", "%zz", "%4", "B+1"] {
                #expect(try await api.request(.GET, "/devices/\(name)", as: .read).status == 404, "\(name)")
            }
        }
    }

    @Test("a query is read as forms write it, and what is no text is refused")
    func queries() async throws {
        try await TestAPI.run { api in
            _ = try await api.addDevice("Büro 1")
            _ = try await api.addDevice("a+b")
            for text in ["B%C3%BCro+1", "B%C3%BCro%201", "a%2Bb"] {
                #expect(try await api.request(.GET, "/devices?hostname=\(text)").items.count == 1, "\(text)")
                #expect(try await api.request(.GET, "/devices?host%6Eame=\(text)").items.count == 1, "\(text)")
            }
            for query in ["hostname=%00", "hostname=%C3", "hostname=", "hostname", "hostname=a&hostname=b"] {
                #expect(try await api.request(.GET, "/devices?\(query)").status == 422, "\(query)")
            }
            #expect(try await api.request(.DELETE, "/policies/none?force=true").status == 422)
            for limit in ["9223372036854775808", "1e2", "-1", "1001", "%201"] {
                #expect(try await api.request(.GET, "/devices?limit=\(limit)").paths == ["limit"], "\(limit)")
            }
        }
    }

    @Test("a member of another type is refused and not taken for one that was left out")
    func types() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            for instance in ["5", "null", "{}", "\"a\\u0000\""] {
                let body = #"{"application":"martlet.clamav","action":"restart","instance":\#(instance)}"#
                let answer = try await api.request(.POST, "/devices/\(uid)/app", as: .operate, body: body)
                #expect(answer.status == 422 && answer.paths == ["instance"], "\(instance)")
            }
            #expect(
                try await api.request(.POST, "/tokens", body: #"{"group":"root","uses":null}"#).paths == ["uses"])
            for number in ["1e400", "9007199254740993", "1.5"] {
                let answer = try await api.request(.POST, "/tokens", body: #"{"group":"root","uses":\#(number)}"#)
                #expect(answer.status == 422, "\(number)")
            }
        }
    }

    @Test("a run on no device at all is not a run on every device")
    func emptyList() async throws {
        try await TestAPI.run { api in
            _ = try await api.addDevice("web-1")
            let task = """
                {"apiVersion":"martlet/v1","kind":"Task","metadata":{"name":"scan"},"spec":{"application":"martlet.clamav",
                "task":"update","scope":{"group":"root"}}}
                """
            #expect(try await api.request(.POST, "/apply", body: task).status == 200)
            let none = try await api.request(.POST, "/tasks/scan/runs", as: .operate, body: #"{"devices":[]}"#)
            #expect(none.status == 422 && none.paths == ["devices"])
            let all = try await api.request(.POST, "/tasks/scan/runs", as: .operate)
            #expect(all.status == 202 && all.json["runs"]?.arrayValue?.count == 1)
        }
    }
}
