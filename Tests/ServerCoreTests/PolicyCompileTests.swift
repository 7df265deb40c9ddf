import DesiredState
import DeviceProtocol
import Manifests
import ServerCore
import ServerStore
import Testing

@Suite struct PolicyCompileTests {
    private static func policy(_ name: String, _ group: String, _ settings: String, _ more: String = "") -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: \(name)}
        spec:
          application: martlet.clamav
          group: \(group)
          settings: {\(settings)}
        \(more)

        """
    }

    private static let web = """
        ---
        apiVersion: martlet/v1
        kind: Group
        metadata: {name: web}
        spec: {parent: root}

        """

    private static func own(_ device: DeviceUID, _ settings: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: ApplicationSettings
        metadata: {name: own}
        spec: {application: martlet.clamav, device: \(device), settings: {\(settings)}}

        """
    }

    private static func problems(_ body: () async throws -> Void) async throws -> [FieldProblem] {
        let error = await #expect(throws: CoreError.self) { try await body() }
        return try #require(error).problems
    }

    private static func entry(_ server: TestServer, _ device: DeviceUID) async throws -> JSONValue {
        try await server.store.read { reader in
            let row = try reader.first(
                "SELECT body FROM device_entries WHERE device_uid = $1 AND entry = 'martlet.clamav'",
                [.blob(device.bytes)])
            return try row.map { try JSONValue(parsing: $0.text("body")) } ?? .null
        }
    }

    @Test func `locks, profiles and settings of one device travel in its entry`() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.web)
            let (device, other) = (try await server.addDevice(group: "web"), try await server.addDevice(group: "web"))
            try await server.apply(
                Self.policy(
                    "top", "root", "engine: a, limits: {mb: 10}",
                    """
                      locks: [/limits/mb]
                      profiles:
                        - {name: db, when: {labels: {role: db}}, settings: {detectPua: true}}
                        - {name: away, when: {outOfOffice: {unreachableFor: 1h}}, settings: {engine: c}}
                    """) + Self.policy("low", "web", "limits: {mb: 99}")
                    + Self.own(device, "engine: b, limits: {mb: 5}"))
            let entry = try await Self.entry(server, device)
            #expect(entry["settings"] == ["engine": "b", "limits": ["mb": 10]])
            #expect(entry["base"] == ["engine": "a", "limits": ["mb": 10]])
            #expect(entry["locks"] == [["path": "/limits/mb", "by": "policy top", "level": 0]])
            #expect(entry["device"]?["name"] == "own")
            #expect(
                entry["profiles"] == [
                    [
                        "name": "away", "policy": "top", "level": 0, "settings": ["engine": "c"],
                        "when": ["unreachableSeconds": 3_600],
                    ]
                ])
            #expect(try await Self.entry(server, other)["settings"] == ["engine": "a", "limits": ["mb": 10]])
            // A label that is given later is decided anew, for that device alone.
            let labelled = """
                apiVersion: martlet/v1
                kind: Device
                metadata: {name: \(other), labels: {role: db}}
                spec: {}
                """
            #expect(try await server.apply(labelled).devices == 1)
            #expect(try await Self.entry(server, other)["settings"]?["detectPua"] == true)
            try await server.declarations.delete(.applicationSettings, name: "own", by: TestServer.admin)
            #expect(try await Self.entry(server, device)["device"] == nil)
        }
    }

    @Test func `one policy is active, another is kept, and they change places in one apply`() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            try await server.apply(Self.policy("one", "root", "engine: a"))
            let found = try await Self.problems { try await server.apply(Self.policy("two", "root", "engine: b")) }
            #expect(found.first?.path == "spec.group")
            #expect(found.first?.got.contains(#"policy "one""#) == true)
            try await server.apply(Self.policy("two", "root", "engine: b", "  active: false"))
            #expect(try await Self.entry(server, device)["settings"] == ["engine": "a"])
            try await server.apply(
                Self.policy("two", "root", "engine: b") + Self.policy("one", "root", "engine: a", "  active: false"))
            #expect(try await Self.entry(server, device)["settings"] == ["engine": "b"])
        }
    }

    @Test(arguments: [
        ("  locks: [/engin]", "spec.locks.0", #"/engin; did you mean "/engine"?"#),
        ("  locks: [engine]", "spec.locks.0", #""engine""#),
        (
            "  profiles: [{name: a, when: {labels: {x: y}}, settings: {colour: red}}]",
            "spec.profiles.0.settings.colour", ""
        ),
        (
            "  profiles: [{name: a, when: {labels: {x: y}}, settings: {}, locks: [/colour]}]",
            "spec.profiles.0.locks.0", ""
        ),
        ("  profiles: [{name: a, when: {}, settings: {}}]", "spec.profiles.0.when", ""),
        ("  profiles: [{name: a, when: {moon: full}, settings: {}}]", "spec.profiles.0.when.moon", ""),
        (
            "  profiles: [{name: a, when: {outOfOffice: {unreachableFor: 1s}}, settings: {}}]",
            "spec.profiles.0.when.outOfOffice.unreachableFor", "\"1s\""
        ),
        (
            "  profiles: [{name: a, when: {network: {subnets: [10.1.0.0]}}, settings: {}}]",
            "spec.profiles.0.when.network.subnets", "10.1.0.0"
        ),
        (
            "  profiles: [{name: a, when: {labels: {x: y}}, settings: {}}, {name: a, when: {labels: {x: z}}, settings: {}}]",
            "spec.profiles", "two named a"
        ),
    ])
    func `a wrong lock, condition or profile is refused with its path`(
        more: String, path: String, got: String
    )
        async throws
    {
        try await TestServer.run { server in
            let error = await #expect(throws: (any Error).self) {
                try await server.apply(Self.policy("p", "root", "engine: a", more))
            }
            let problems = (error as? CoreError)?.problems ?? (error as? ManifestError)?.problems ?? []
            #expect(problems.first?.path == path)
            #expect(problems.first?.got.contains(got) == true || got.isEmpty)
            #expect(problems.first?.line != nil)
            let count = try await server.count("policies")
            #expect(count == 0)
        }
    }

    @Test func `settings of a device are held against the schema and the device, before anything is stored`()
        async throws
    {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let wrong = try await Self.problems { try await server.apply(Self.own(device, "limits: {mb: 500}")) }
            #expect(wrong.map(\.path) == ["spec.settings.limits.mb"])
            let unknown = Self.own(device, "engine: b").replacing("\(device)", with: "nobody-1")
            #expect(try await Self.problems { try await server.apply(unknown) }.map(\.path) == ["spec.device"])
            try await server.apply(Self.own(device, "engine: b"))
            let second = Self.own(device, "engine: c").replacing("name: own", with: "name: twice")
            #expect(try await Self.problems { try await server.apply(second) }.first?.got.contains(#""own""#) == true)
            #expect(try await server.apply(Self.own(device, "engine: b")).changes.map(\.action) == [.unchanged])
            try await server.declarations.delete(.device, name: "\(device)", by: TestServer.admin)
            #expect(try await server.count("application_settings") == 0)
        }
    }

    @Test func `a policy reads back as it was declared`() async throws {
        try await TestServer.run { server in
            let text = Self.policy(
                "p", "root", "engine: a",
                """
                  locks: [/engine]
                  active: false
                  profiles:
                    - name: away
                      when: {outOfOffice: {unreachableFor: 1h, network: {name: home, subnets: [10.0.0.0/8]}}, not: {labels: {a: b}}}
                      settings: {engine: c}
                      locks: [/limits]
                """)
            try await server.apply(text)
            let stored = try await server.queries.object(.policy, name: "p")
            let again = Manifest(metadata: ManifestMetadata(name: "p"), spec: try stored.spec())
            #expect(again.spec.json == stored.specJSON)
            #expect(stored.specJSON["active"] == false)
            #expect(stored.specJSON["profiles"]?.arrayValue?.first?["when"]?["not"] == ["labels": ["a": "b"]])
            #expect(try await server.apply(text).changes.map(\.action) == [.unchanged])
        }
    }
}
