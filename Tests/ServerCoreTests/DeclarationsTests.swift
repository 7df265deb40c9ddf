import DesiredState
import DeviceProtocol
import Manifests
import OpAMP
import ServerCore
import Testing

@Suite struct DeclarationsTests {
    private func problems(_ body: () async throws -> Void) async throws -> [FieldProblem] {
        let error = await #expect(throws: CoreError.self) { try await body() }
        return try #require(error).problems
    }

    private static func group(_ name: String, _ spec: String) -> String {
        "---\napiVersion: martlet/v1\nkind: Group\nmetadata: {name: \(name)}\nspec: {\(spec)}\n"
    }

    private static func policy(_ name: String, _ group: String, _ settings: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: \(name)}
        spec:
          application: martlet.clamav
          group: \(group)
          settings: {\(settings)}

        """
    }

    @Test("applying twice changes once", .tags(.R24))
    func idempotent() async throws {
        try await TestServer.run { server in
            let text = Self.policy("p", "root/web", "engine: a") + Self.group("web", "parent: root")
            let first = try await server.apply(text)
            #expect(first.changes.map(\.action) == [.created, .created])
            #expect(first.changes.map(\.name) == ["web", "p"])
            let second = try await server.apply(text)
            #expect(second.changes.map(\.action) == [.unchanged, .unchanged] && second.devices == 0)
            #expect(try await server.queries.object(.policy, name: "p").revision == 1)
            #expect(try await server.count("audit") == 2)
        }
    }

    @Test("policies are inherited down the tree, the nearest group wins", .tags(.R24, .R12))
    func inheritance() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.group("web", "parent: root") + Self.group("edge", "parent: root/web"))
            let uid = try await server.addDevice(group: "edge")
            let other = try await server.addDevice()
            server.notifier.clear()
            let result = try await server.apply(
                Self.policy("top", "root", "engine: a, detectPua: true, limits: {mb: 1}")
                    + Self.policy("low", "edge", "engine: b, limits: {mb: 2}"))
            #expect(result.devices == 2 && server.notifier.all == [uid, other])
            var device = TestDevice(server, uid)
            let config = try await device.report().message.remoteConfig.config.configMap["martlet.clamav"]?.body
            #expect(
                config.map { String(decoding: $0, as: UTF8.self) }
                    == #"{"settings":{"detectPua":true,"engine":"b","limits":{"mb":2}}}"#)
            server.notifier.clear()
            #expect(try await server.apply(Self.policy("low", "edge", "engine: c")).devices == 1)
            #expect(server.notifier.all == [uid])
        }
    }

    @Test("settings that the plugin's schema refuses are not stored, and the line is named", .tags(.R24))
    func badSettings() async throws {
        try await TestServer.run { server in
            let found = try await problems {
                try await server.apply(
                    Self.group("web", "parent: root")
                        + Self.policy("p", "web", "detectPua: 3, limits: {mb: 500}, colour: red"))
            }
            #expect(
                Set(found.map(\.path)) == [
                    "spec.settings.detectPua", "spec.settings.limits.mb", "spec.settings.colour",
                ])
            #expect(found.allSatisfy { $0.file == "m.yaml" && $0.line == 13 })
            #expect(try await server.count("policies") == 0)
            #expect(try await server.count("groups WHERE name = 'web'") == 0)
        }
    }

    @Test(
        "what is not there is named", .tags(.R24),
        arguments: [
            (
                "kind: Policy\nmetadata: {name: x}\nspec: {application: martlet.none, group: root, settings: {}}",
                "spec.application"
            ),
            (
                "kind: Policy\nmetadata: {name: x}\nspec: {application: martlet.clamav, group: none, settings: {}}",
                "spec.group"
            ),
            (
                "kind: Policy\nmetadata: {name: x}\nspec: {application: martlet.clamav, group: root/none/root, settings: {}}",
                "spec.group"
            ),
            (
                "kind: Task\nmetadata: {name: x}\nspec: {application: martlet.clamav, task: none, scope: {group: root}}",
                "spec.task"
            ),
            (
                "kind: Task\nmetadata: {name: x}\nspec: {application: martlet.clamav, task: scan, scope: {group: root}}",
                "spec.parameters.paths"
            ),
            (
                "kind: Task\nmetadata: {name: x}\nspec: {application: martlet.clamav, task: update, scope: {devices: [none]}}",
                "spec.scope.devices"
            ),
            ("kind: Group\nmetadata: {name: x}\nspec: {parent: none}", "spec.parent"),
            ("kind: Group\nmetadata: {name: root}\nspec: {parent: root}", "spec.parent"),
            ("kind: Device\nmetadata: {name: none}\nspec: {}", "metadata.name"),
            ("kind: EnrollmentToken\nmetadata: {name: x}\nspec: {group: none}", "spec.group"),
        ])
    func missing(text: String, path: String) async throws {
        try await TestServer.run { server in
            let found = try await problems { try await server.apply("apiVersion: martlet/v1\n" + text) }
            #expect(found.map(\.path) == [path])
            #expect(found.first?.line == 4 || path == "metadata.name")
        }
    }

    @Test("groups cannot form a circle", .tags(.R24))
    func circle() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.group("a", "parent: root") + Self.group("b", "parent: a"))
            let found = try await problems { try await server.apply(Self.group("a", "parent: b")) }
            #expect(found.map(\.path) == ["spec.parent"])
        }
    }

    @Test("a circle of groups in one apply is called one, and nothing else is told", .tags(.R24))
    func circleInOneApply() async throws {
        try await TestServer.run { server in
            let found = try await problems {
                try await server.apply(
                    Self.group("a", "parent: b") + Self.group("b", "parent: a") + Self.group("c", "parent: a"))
            }
            #expect(found.map(\.got) == ["a circle: a → b → a", "a circle: b → a → b"])
            let alone = try await problems { try await server.apply(Self.group("a", "parent: a")) }
            #expect(alone.map(\.got) == ["a circle: a → a"])
            try await server.apply(Self.group("a", "parent: root") + Self.group("b", "parent: a"))
            let later = try await problems { try await server.apply(Self.group("a", "parent: root/a/b")) }
            #expect(later.map(\.got) == ["root/a/b, which makes a circle: a → b → a"])
        }
    }

    @Test("only the root has no parent", .tags(.R24))
    func secondRoot() async throws {
        try await TestServer.run { server in
            let found = try await problems { try await server.apply(Self.group("a", "")) }
            #expect(found.map(\.description) == ["m.yaml:5: spec.parent: expected a group, got nothing"])
            try await server.apply(Self.group("root", "syncInterval: 5m"))
        }
    }

    @Test("a mistyped task, setting or application is answered with the nearest name", .tags(.R24))
    func suggestions() async throws {
        try await TestServer.run { server in
            let task = try await problems {
                try await server.apply(
                    "apiVersion: martlet/v1\nkind: Task\nmetadata: {name: x}\n"
                        + "spec: {application: martlet.clamav, task: scna, scope: {group: root}}")
            }
            #expect(task.map(\.got) == ["scna; did you mean \"scan\"?"])
            let setting = try await problems { try await server.apply(Self.policy("p", "root", "detectPUAs: true")) }
            #expect(setting.map(\.got) == ["unknown member detectPUAs; did you mean \"detectPua\"?"])
            let application = try await problems {
                try await server.apply(Self.policy("p", "root", "").replacing("martlet.clamav", with: "martlet.clamv"))
            }
            #expect(application.map(\.got) == ["martlet.clamv; did you mean \"martlet.clamav\"?"])
        }
    }

    @Test("a dry run finds what an apply would find, and changes nothing", .tags(.R24))
    func dryRun() async throws {
        try await TestServer.run { server in
            _ = try await server.addDevice()
            server.notifier.clear()
            let result = try await server.apply(Self.policy("p", "root", "engine: a"), dryRun: true)
            #expect(result.changes.map(\.action) == [.created] && result.devices == 1)
            #expect(try await server.count("policies") == 0 && server.notifier.all.isEmpty)
            let found = try await problems {
                try await server.apply(Self.policy("p", "none", "engine: a"), dryRun: true)
            }
            #expect(found.count == 1)
        }
    }

    @Test("a patch of an older revision is refused")
    func patchConflict() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.policy("p", "root", "engine: a, detectPua: true"))
            _ = try await server.declarations.patch(
                .policy, name: "p", with: ["settings": ["engine": "b", "detectPua": .null]], revision: 1,
                by: TestServer.admin)
            let stored = try await server.queries.object(.policy, name: "p")
            #expect(stored.specJSON["settings"] == ["engine": "b"] && stored.revision == 2)
            let error = await #expect(throws: CoreError.self) {
                _ = try await server.declarations.patch(
                    .policy, name: "p", with: ["settings": [:]], revision: 1, by: TestServer.admin)
            }
            #expect(error?.code == .precondition)
            let found = try await problems {
                _ = try await server.declarations.patch(
                    .policy, name: "p", with: ["colour": "red"], revision: nil, by: TestServer.admin)
            }
            #expect(found.map(\.path) == ["spec.colour"])
        }
    }

    @Test("a group that is used is not deleted, a policy that goes leaves its devices")
    func deleting() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.group("web", "parent: root") + Self.policy("p", "web", "engine: a"))
            let uid = try await server.addDevice(group: "web")
            for name in ["web", "root"] {
                let error = await #expect(throws: CoreError.self) {
                    try await server.declarations.delete(.group, name: name, by: TestServer.admin)
                }
                #expect(error?.code == .conflict)
            }
            var device = TestDevice(server, uid)
            #expect(try await device.report().message.remoteConfig.config.configMap.count == 1)
            try await server.declarations.delete(.policy, name: "p", by: TestServer.admin)
            let answer = try await device.exchange()
            #expect(answer.message.hasRemoteConfig && answer.message.remoteConfig.config.configMap.isEmpty)
            try await server.declarations.delete(.device, name: "\(uid)", by: TestServer.admin)
            #expect(try await server.sync.standing(of: uid) == .unknown)
            try await server.declarations.delete(.group, name: "web", by: TestServer.admin)
        }
    }

    @Test("a document that agents would not take is refused when it is declared", .tags(.R24))
    func tooLarge() async throws {
        try await TestServer.run { server in
            let part = String(repeating: "x", count: 900_000)
            let found = try await problems {
                try await server.apply(Self.policy("p", "root", "blob: \(part + part)"))
            }
            #expect(found.map(\.path) == ["spec"])
            try await server.apply(
                Self.group("a", "parent: root") + Self.group("b", "parent: a") + Self.group("c", "parent: b"))
            let groups = ["root", "a", "b", "c"]
            for group in groups.prefix(3) {
                try await server.apply(Self.policy("p-\(group)", group, "limits: {\(group): \(part)}"))
            }
            let error = await #expect(throws: CoreError.self) {
                try await server.apply(Self.policy("p-c", "c", "limits: {c: \(part)}"))
            }
            #expect(error?.code == .invalid)
            let stored = try await server.count("policies")
            #expect(stored == 3)
        }
    }
}
