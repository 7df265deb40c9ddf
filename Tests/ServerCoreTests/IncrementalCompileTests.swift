import DesiredState
import DeviceProtocol
import Manifests
import ServerCore
import ServerStore
import Testing

/// What is compiled step by step is what would be compiled of nothing.
@Suite struct IncrementalCompileTests {
    private static let groups = ["root", "a", "b", "aa", "ab"]

    private static let tree = ["a": "root", "b": "root", "aa": "a", "ab": "a"].map { name, parent in
        "---\napiVersion: martlet/v1\nkind: Group\nmetadata: {name: \(name)}\nspec: {parent: \(parent)}\n"
    }.joined()

    private static func policy(_ group: String, engine: String, _ more: String = "") -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: in-\(group)}
        spec:
          application: martlet.clamav
          group: \(group)
          settings: {engine: \(engine)}
        \(more)

        """
    }

    private static func task(_ name: String, _ scope: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: \(name)}
        spec: {application: martlet.clamav, task: update, scope: \(scope), schedule: {manual: true}}

        """
    }

    private static func device(_ uid: DeviceUID, labels: String = "{}", _ spec: String = "{}") -> String {
        "---\napiVersion: martlet/v1\nkind: Device\nmetadata: {name: \"\(uid)\", labels: \(labels)}\nspec: \(spec)\n"
    }

    private static func own(_ uid: DeviceUID, _ engine: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: ApplicationSettings
        metadata: {name: own-\(uid)}
        spec: {application: martlet.clamav, device: \(uid), settings: {engine: \(engine)}}

        """
    }

    private static func config(_ group: String, _ value: Int) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: RemoteConfig
        metadata: {name: config-\(group)}
        spec: {scope: {group: \(group)}, entries: {main: {value: \(value)}}}

        """
    }

    private static func secret(_ group: String, _ value: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Secret
        metadata: {name: secret-\(group)}
        spec: {application: martlet.clamav, scope: {group: \(group), labels: {site: x}}, value: \(value)}

        """
    }

    /// A group's maintenance windows, and a task that asks for them.
    private static func windowed(_ group: String, hour: Int) -> String {
        let parent = group == "root" ? "" : "parent: \(group.count == 2 ? "a" : "root"), "
        return """
            ---
            apiVersion: martlet/v1
            kind: Group
            metadata: {name: \(group)}
            spec: {\(parent)maintenanceWindows: [{cron: "0 \(hour) * * *", duration: 1h}]}
            ---
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: windowed}
            spec:
              application: martlet.clamav
              task: update
              scope: {group: root}
              schedule: {every: 1h}
              onlyInMaintenanceWindows: true

            """
    }

    /// What the store holds of every device, beside what a compiler that knows nothing makes of the declarations.
    private func compare(_ server: TestServer) async throws {
        let differing = try await server.store.read { reader in
            let compiler = try DocumentCompiler.load(from: reader)
            return try reader.query("SELECT uid, document_hash FROM devices").filter { row in
                let uid = try #require(DeviceUID(try row.blob("uid")))
                let wanted = compiler.entries(of: try .read(uid, in: reader))
                let stored = try reader.query(
                    "SELECT entry, body FROM device_entries WHERE device_uid = $1", [.blob(uid.bytes)]
                ).map { (try $0.text("entry"), Array(try $0.text("body").utf8)) }
                return try row.blob("document_hash") != DeviceDocument.hash(of: wanted)
                    || Dictionary(stored, uniquingKeysWith: { $1 }) != wanted
            }.count
        }
        #expect(differing == 0)
    }

    private func wanted(_ server: TestServer) async throws -> [[UInt8]: (wanted: Int64, hash: [UInt8])] {
        try await server.store.read { reader in
            Dictionary(
                try reader.query("SELECT uid, document_wanted, document_hash FROM devices").map {
                    (try $0.blob("uid"), (try $0.integer("document_wanted"), try $0.blob("document_hash")))
                }, uniquingKeysWith: { first, _ in first })
        }
    }

    private static func change(
        _ devices: [DeviceUID], _ random: inout TestRandom
    ) -> String {
        let (group, uid) = (groups.randomElement(using: &random) ?? "root", devices.randomElement(using: &random))
        guard let uid else { return "" }
        let letter = ["x", "y", "z"].randomElement(using: &random) ?? "x"
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return policy(group, engine: letter)
        case 1: return policy(group, engine: letter, "  locks: [/engine]")
        case 2:
            return policy(
                group, engine: letter,
                "  profiles: [{name: db, when: {not: {labels: {role: \(letter)}}}, settings: {detectPua: true}}]")
        case 3: return task("task-\(letter)", "{group: \(group), labels: {site: \(letter)}}")
        case 4: return task("task-\(letter)", "{devices: [\(uid)]}")
        case 5: return device(uid, labels: "{role: \(letter), site: x}", "{group: \(group)}")
        case 6: return own(uid, letter)
        case 7: return config(group, Int.random(in: 0..<3, using: &random))
        case 8: return secret(group, letter)
        case 9: return windowed(group, hour: Int.random(in: 0..<4, using: &random))
        case 10: return device(uid, "{maintenanceWindows: [{cron: \"0 7 * * *\", duration: 1h}]}")
        default: return device(uid)
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `after any change every document is what it would be if all were compiled anew`(seed: UInt64) async throws {
        var random = TestRandom(seed: seed)
        try await TestServer.run { server in
            try await server.apply(Self.tree)
            var devices: [DeviceUID] = []
            for index in 0..<12 { devices.append(try await server.addDevice(group: Self.groups[index % 5])) }
            let strangers = devices.prefix(3).map { [SQLValue.blob($0.bytes)] }
            try await server.store.write {
                try $0.executeBatch("UPDATE devices SET stranger = 1, document_wanted = 99 WHERE uid = $1", strangers)
            }
            try await server.declarations.refresh()
            for _ in 0..<40 {
                let before = try await wanted(server)
                server.notifier.clear()
                let result = try await server.apply(Self.change(devices, &random))
                let after = try await wanted(server)
                let marked = after.filter { $0.value.wanted != before[$0.key]?.wanted }
                let changed = after.filter { $0.value.hash != before[$0.key]?.hash }
                #expect(marked.count == result.devices)
                #expect(Set(marked.keys).isSuperset(of: changed.keys))
                #expect(server.notifier.all.isSuperset(of: changed.keys.compactMap { DeviceUID($0) }))
                try await compare(server)
            }
            let stale = try await server.count("devices WHERE document_compiled < document_wanted")
            #expect(stale == 0)
        }
    }

    @Test func `devices of which the same is wanted share one document, those of other groups too`() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.tree + Self.policy("root", engine: "x") + Self.policy("aa", engine: "y"))
            var devices: [DeviceUID] = []
            for index in 0..<20 { devices.append(try await server.addDevice(group: Self.groups[index % 5])) }
            _ = try await StoreTrimmer(store: server.store, settings: RetentionSettings()).trim()
            #expect(try await server.count("documents") == 2)
            try await server.apply(Self.own(devices[0], "z"))
            // A label that nothing asks for changes no document.
            try await server.apply(Self.device(devices[1], labels: "{role: db}"))
            #expect(try await server.count("documents") == 3)
            #expect(try await server.count("device_entries") == 20)
        }
    }

    @Test func `a document that no device has is removed, and is there again for one that comes to want it`()
        async throws
    {
        try await TestServer.run { server in
            try await server.apply(Self.tree + Self.policy("root", engine: "x") + Self.policy("aa", engine: "y"))
            let device = try await server.addDevice(group: "aa")
            let trimmer = StoreTrimmer(store: server.store, settings: RetentionSettings())
            try await server.apply(Self.device(device, "{group: root}"))
            #expect(try await server.count("documents") == 2)
            #expect(try await trimmer.trim() == 1)
            #expect(try await server.count("documents") == 1)
            #expect(try await server.count("document_entries") == 1)
            // Nothing was declared since: what was compiled for the group is remembered.
            try await server.apply(Self.device(device, "{group: aa}"))
            try await compare(server)
        }
    }

    @Test func `a host name that comes to mean a device brings it the tasks that name it`() async throws {
        try await TestServer.run { server in
            let (first, second) = (try await server.addDevice(), try await server.addDevice())
            let named: @Sendable (DeviceUID, String) async throws -> Void = { uid, name in
                try await server.store.write {
                    try $0.execute(
                        "UPDATE devices SET hostname = $2, document_wanted = document_wanted + 1 WHERE uid = $1",
                        [.blob(uid.bytes), .text(name)])
                }
                try await server.declarations.refresh()
            }
            try await named(first, "db-1")
            try await server.apply(Self.task("t", "{devices: [db-1]}"))
            #expect(try await server.count("device_entries") == 1)
            // Without anything being declared since.
            try await named(first, "old")
            try await named(second, "db-1")
            try await compare(server)
            #expect(try await server.count("device_entries") == 1)
        }
    }
}
