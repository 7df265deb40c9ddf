import DesiredState
import NIOHTTP1
import ServerCore
import Testing

@Suite struct AccessTests {
    @Test("nobody comes in without a token that we made")
    func noToken() async throws {
        try await TestAPI.run { api in
            for token in ["", "mt_admin_guess", String(repeating: "a", count: 500)] {
                let answer = try await api.request(.GET, "/devices", as: nil, token: token)
                #expect(answer.status == 401)
                #expect(answer.json["type"] == "urn:martlet:error:unauthenticated")
            }
            #expect(try await api.request(.GET, "/devices", as: nil).status == 401)
            #expect(try await api.request(.GET, "/nothing", as: nil).status == 401)
        }
    }

    @Test("what is not there, and what nobody knows, is said in the same form")
    func problems() async throws {
        try await TestAPI.run { api in
            let missing = try await api.request(.GET, "/devices/none")
            #expect(missing.status == 404 && missing.json["type"] == "urn:martlet:error:not-found")
            #expect(missing.headers.first(name: "content-type") == "application/problem+json")
            #expect(try await api.request(.GET, "/nothing").status == 404)
            let query = try await api.request(.GET, "/devices?colour=red")
            #expect(query.status == 422 && query.paths == ["colour"])
            #expect(try await api.request(.GET, "/devices?limit=0").paths == ["limit"])
            // Nonsense, one of no list, and one whose key is no device.
            for cursor in ["!!", "WyJhIiwiMSJd", "WyJhIl0"] {
                for list in ["devices", "runs", "events", "software", "statistics"] {
                    #expect(try await api.request(.GET, "/\(list)?after=\(cursor)").status == 422, "\(list) \(cursor)")
                }
            }
            let body = try await api.request(.POST, "/devices/none/sync", body: "{")
            #expect(body.status == 404)
        }
    }
}
