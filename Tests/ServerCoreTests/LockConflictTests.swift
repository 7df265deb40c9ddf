import DesiredState
import DeviceProtocol
import Manifests
import ServerCore
import Testing

/// What `diff` and `apply` say of settings that locks keep from having an effect.
@Suite struct LockConflictTests {
    private static let groups = ["web": "root", "shop": "web"].sorted { $0.key > $1.key }.map { name, parent in
        "---\napiVersion: martlet/v1\nkind: Group\nmetadata: {name: \(name)}\nspec: {parent: \(parent)}\n"
    }.joined()

    private static func policy(_ name: String, _ group: String, _ settings: String, _ more: String = "") -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: \(name)}
        spec: {application: martlet.clamav, group: \(group), settings: {\(settings)}\(more)}

        """
    }

    private static func own(_ device: DeviceUID, _ settings: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: ApplicationSettings
        metadata: {name: own}
        spec: {application: martlet.clamav, device: \(device), settings: {\(settings)}}

        """
    }

    private static func texts(_ result: ApplyResult) -> [String] {
        result.conflicts.map { conflict in
            "\(conflict.name)\(conflict.profile.map { "/" + $0 } ?? "") \(conflict.path) \(conflict.lock.holder) \(conflict.cause.rawValue)"
        }
    }

    @Test func `settings that are applied below a lock are named, of the policy, its profiles and a device`()
        async throws
    {
        try await TestServer.run { server in
            try await server.apply(Self.groups)
            let device = try await server.addDevice(group: "shop")
            try await server.apply(Self.policy("top", "root", "engine: a, limits: {mb: 10}", ", locks: [/limits]"))
            let text =
                Self.policy(
                    "shop", "shop", "engine: b, limits: {mb: 99}",
                    ", profiles: [{name: away, when: {outOfOffice: {unreachableFor: 1h}}, settings: {limits: {mb: 1}}}]"
                )
                + Self.own(device, "detectPua: true, limits: {mb: 5}")
            let expected = [
                "shop /limits policy top setting", "shop/away /limits policy top setting",
                "own /limits policy top setting",
            ]
            let preview = try await server.apply(text, dryRun: true)
            #expect(Self.texts(preview) == expected && preview.conflicting == 3)
            #expect(preview.conflicts.first?.value == ["mb": 99] && preview.conflicts.first?.inForce == ["mb": 10])
            #expect(Self.texts(try await server.apply(text)) == expected)
            // It is said again as long as the manifests say it.
            #expect(Self.texts(try await server.apply(text)) == expected)
            #expect(try await server.apply(Self.policy("shop", "shop", "engine: b")).conflicts.isEmpty)
        }
    }

    @Test func `a new lock names what loses its effect below it, and nothing twice`() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.groups)
            let (inside, outside) = (try await server.addDevice(group: "shop"), try await server.addDevice())
            try await server.apply(
                Self.policy("top", "root", "engine: a") + Self.policy("shop", "shop", "engine: b, detectPua: true")
                    + Self.own(inside, "engine: c")
                    + Self.own(outside, "engine: c").replacing("name: own", with: "name: outside"))
            let web = Self.policy("web", "web", "engine: w", ", locks: [/engine]")
            let result = try await server.apply(web, dryRun: true)
            #expect(Self.texts(result) == ["shop /engine policy web lock", "own /engine policy web lock"])
            try await server.apply(web)
            // What the lock took out of force before is not told again, neither for another lock beside it.
            #expect(try await server.apply(web).conflicts.isEmpty)
            let more = Self.policy("web", "web", "engine: w", ", locks: [/engine, /detectPua]")
            #expect(Self.texts(try await server.apply(more)) == ["shop /detectPua policy web lock"])
            // Nor when one further up takes it over.
            let top = Self.policy("top", "root", "engine: a", ", locks: [/engine]")
            #expect(
                Self.texts(try await server.apply(top)) == [
                    "outside /engine policy top lock", "web /engine policy top lock",
                ])
        }
    }

    @Test func `a group that moves below a lock, and a policy that comes to count, bring their conflicts`() async throws
    {
        try await TestServer.run { server in
            let lab = "---\napiVersion: martlet/v1\nkind: Group\nmetadata: {name: lab}\nspec: {parent: root}\n"
            try await server.apply(
                Self.groups + lab + Self.policy("web", "web", "engine: w", ", locks: [/engine]")
                    + Self.policy("lab", "lab", "engine: l"))
            let moved = try await server.apply(lab.replacing("parent: root", with: "parent: web"))
            #expect(Self.texts(moved) == ["lab /engine policy web lock"])
            let kept = Self.policy("shop", "shop", "engine: b", ", active: false")
            #expect(try await server.apply(kept).conflicts.isEmpty)
            let counting = try await server.apply(kept.replacing(", active: false", with: ""))
            #expect(Self.texts(counting) == ["shop /engine policy web setting"])
        }
    }

    @Test func `no more conflicts are shown than the limit, and all are counted`() {
        let conflict = LockConflict(
            kind: .policy, name: "p", path: SettingsPath(["a"]), value: 1, inForce: nil,
            lock: SettingsLock(path: SettingsPath(["a"]), holder: "policy top", level: 0), cause: .setting)
        var result = ApplyResult()
        for _ in 0..<3 { result.add(Array(repeating: conflict, count: 700)) }
        #expect(result.conflicting == 2_100 && result.conflicts.count == ApplyResult.mostConflictsShown)
    }
}
