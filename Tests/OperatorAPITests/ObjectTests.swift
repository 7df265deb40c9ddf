import DesiredState
import DeviceProtocol
import NIOHTTP1
import ServerCore
import Testing

@Suite struct ObjectTests {
    private static let policy = """
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: clamav, labels: {team: web}}
        spec: {application: martlet.clamav, group: root, settings: {engine: fast}}
        """

    @Test("what is applied can be read, changed and deleted", .tags(.R24, .R12))
    func lifecycle() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            let applied = try await api.request(.POST, "/apply", body: Self.policy)
            #expect(applied.status == 200 && applied.json["devices"] == 1)
            let changes = applied.json["changes"]?.arrayValue ?? []
            #expect(changes.count == 1 && changes[0]["kind"] == "Policy" && changes[0]["name"] == "clamav")
            #expect(changes.first?["action"] == "created")
            #expect(
                changes.first?["differences"]?.arrayValue?.last == ["path": "spec.settings.engine", "to": "fast"])
            let read = try await api.request(.GET, "/policies/clamav", as: .read)
            #expect(read.json["metadata"]?["labels"] == ["team": "web"] && read.json["metadata"]?["revision"] == 1)
            #expect(read.headers.first(name: "etag") == "\"1\"")
            let change = #"{"spec":{"settings":{"engine":"slow"}}}"#
            let patched = try await api.request(
                .PATCH, "/policies/clamav", body: change, headers: [("if-match", "\"1\"")])
            #expect(patched.status == 200 && patched.json["spec"]?["settings"] == ["engine": "slow"])
            let late = try await api.request(.PATCH, "/policies/clamav", body: change, headers: [("if-match", "\"1\"")])
            #expect(late.status == 412 && late.json["type"] == "urn:martlet:error:precondition")
            let unknown = try await api.request(.PATCH, "/policies/clamav", body: #"{"spec":{"settigns":{}}}"#)
            #expect(unknown.status == 422 && unknown.paths == ["spec.settigns"])
            #expect(try await api.request(.PATCH, "/policies/clamav", body: #"{"status":{}}"#).paths == ["status"])
            #expect(try await api.request(.DELETE, "/policies/clamav").status == 204)
            #expect(try await api.request(.DELETE, "/policies/clamav").status == 404)
            #expect(try await api.request(.DELETE, "/groups/root").status == 409)
            #expect(try await api.request(.DELETE, "/devices/web-1").status == 204)
            #expect(try await api.sync.standing(of: uid) == .unknown)
        }
    }

    @Test("a policy and a task say which devices have them and which do not", .tags(.R24))
    func deployment() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            let task = """
                ---
                apiVersion: martlet/v1
                kind: Task
                metadata: {name: t}
                spec: {application: martlet.clamav, task: update, scope: {devices: [web-1]}, schedule: {manual: true}}
                """
            #expect(try await api.request(.POST, "/apply", body: Self.policy + "\n" + task).status == 200)
            for path in ["/policies", "/tasks"] {
                let listed = try await api.request(.GET, path, as: .read).items.first
                #expect(
                    listed?["status"]?["devices"] == ["concerned": 1, "applied": 0, "pending": 1, "failed": 0])
            }
            let pending = try await api.request(.GET, "/policies/clamav/devices?state=pending", as: .read)
            #expect(
                pending.items == [
                    [
                        "device": .string("\(uid)"), "hostname": "web-1", "group": "root", "state": "pending",
                        "reason": "the device has not fetched it",
                    ]
                ])
            #expect(try await api.request(.GET, "/tasks/t/devices?state=failed", as: .read).items.isEmpty)
            #expect(try await api.request(.GET, "/tasks/t/devices?state=late", as: .read).status == 422)
            #expect(try await api.request(.GET, "/tasks/none/devices", as: .read).status == 404)
            #expect(try await api.request(.GET, "/groups/root", as: .read).json["status"]?["devices"] == nil)
        }
    }

    @Test("bad manifests are refused with file, line and path, and nothing is stored", .tags(.R24))
    func badManifest() async throws {
        try await TestAPI.run { api in
            let text = Self.policy.replacing("settings: {engine: fast}", with: "settings: {engine: 5}")
            let answer = try await api.request(.POST, "/apply?file=p.yaml", body: text)
            #expect(answer.status == 422)
            let error = answer.json["errors"]?.arrayValue?.first
            #expect(error?["file"] == "p.yaml" && error?["line"] == 4 && error?["path"] == "spec.settings.engine")
            #expect(error?["expected"] == "string" && error?["got"] == "5")
            #expect(try await api.request(.GET, "/policies").items.isEmpty)
            #expect(
                try await api.request(.POST, "/apply?dryRun=true", as: .read, body: Self.policy).json["dryRun"] == true)
            #expect(try await api.request(.GET, "/policies").items.isEmpty)
        }
    }

    @Test("devices are found by uid, its beginning and host name, and an ambiguous name is refused")
    func addressing() async throws {
        try await TestAPI.run { api in
            let uid = try await api.addDevice("web-1")
            _ = try await api.addDevice("db")
            _ = try await api.addDevice("db")
            for name in ["\(uid)", String("\(uid)".dropLast(3)), "web-1"] {
                let answer = try await api.request(.GET, "/devices/\(name)", as: .read)
                #expect(answer.json["metadata"]?["uid"] == .string("\(uid)"), "\(name)")
            }
            #expect(try await api.request(.GET, "/devices/db").status == 409)
            let changed = try await api.request(
                .PATCH, "/devices/web-1", body: #"{"spec":{"keepConnection":true,"syncInterval":"5m"}}"#)
            #expect(changed.json["spec"] == ["keepConnection": true, "syncInterval": "5m"])
            #expect(changed.json["status"]?["group"] == "root")
            #expect(changed.json["status"]?["syncInterval"] == "5m" && changed.json["status"]?["presence"] == "new")
            #expect(changed.json["status"]?["condition"] == ["level": "ok", "reasons": []])
            let listed = try await api.request(.GET, "/devices?hostname=web-1", as: .read).json["items"]?.arrayValue
            #expect(listed?.first?["status"]?["condition"] == ["level": "ok", "reasons": []])
        }
    }

    @Test("lists go on from their cursor, with nothing twice and nothing left out")
    func paging() async throws {
        try await TestAPI.run { api in
            var expected: Set<String> = []
            for number in 1...7 { expected.insert("\(try await api.addDevice("h\(number)"))") }
            var seen: [String] = []
            var cursor = ""
            repeat {
                let page = try await api.request(.GET, "/devices?limit=3" + cursor)
                seen += page.items.compactMap { $0["metadata"]?["uid"]?.stringValue }
                cursor = page.json["next"]?.stringValue.map { "&after=\($0)" } ?? ""
            } while !cursor.isEmpty
            #expect(seen.count == 7 && Set(seen) == expected)
        }
    }

    @Test("a secret is shown once, to whom makes it")
    func tokens() async throws {
        try await TestAPI.run { api in
            let made = try await api.request(
                .POST, "/tokens", body: #"{"name":"first","group":"root","uses":3,"expires":"1d"}"#)
            #expect(made.status == 201)
            let secret = try #require(made.json["token"]?.stringValue)
            #expect(secret.hasPrefix("mt_enroll_"))
            #expect(try await api.request(.POST, "/tokens", body: #"{"name":"first","group":"root"}"#).status == 409)
            #expect(try await api.request(.POST, "/tokens", body: #"{"group":"none"}"#).paths == ["spec.group"])
            let night = try await api.request(.POST, "/tokens", body: #"{"name":"night","role":"read"}"#)
            let token = try #require(night.json["token"]?.stringValue)
            #expect(try await api.request(.GET, "/devices", as: nil, token: token).status == 200)
            let list = try await api.request(.GET, "/tokens")
            #expect(list.items.count == 5)
            let text = CanonicalJSON.text(list.json)
            #expect(!text.contains(secret) && !text.contains(token))
            #expect(try await api.request(.DELETE, "/tokens/night").status == 204)
            #expect(try await api.request(.GET, "/devices", as: nil, token: token).status == 401)
        }
    }
}
