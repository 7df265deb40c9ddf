import DesiredState
import DeviceProtocol
import Foundation
import Manifests
import OpAMP
import ServerCore
import ServerStore
import SwiftProtobuf
import Testing

/// Which devices have a policy or a task, which do not yet, which failed and why.
@Suite struct DeploymentTests {
    private static let entry = "martlet.clamav"

    private static func policy(_ name: String, _ group: String, engine: String, _ more: String = "") -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: \(name)}
        spec: {application: martlet.clamav, group: \(group), settings: {engine: \(engine)}\(more)}

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

    private static let web = "---\napiVersion: martlet/v1\nkind: Group\nmetadata: {name: web}\nspec: {parent: root}\n"

    private static func labelled(_ uid: DeviceUID, _ labels: JSONValue) -> String {
        "---\napiVersion: martlet/v1\nkind: Device\nmetadata: {name: \"\(uid)\", labels: \(CanonicalJSON.text(labels))}\nspec: {}\n"
    }

    /// The device took its document, and tells what became of each entry.
    private static func tell(
        _ device: inout TestDevice, _ status: OpAMPRemoteConfigStatuses, _ outcomes: [String: (WireEntryStatus, String)]
    ) async throws {
        let (uid, store) = (device.uid, device.server.store)
        let (hash, bodies) = try await store.read { reader in
            let hash = try reader.first("SELECT document_hash FROM devices WHERE uid = $1", [.blob(uid.bytes)])
            let rows = try reader.query(
                "SELECT entry, body FROM device_entries WHERE device_uid = $1", [.blob(uid.bytes)])
            let bodies = try rows.map { (try $0.text("entry"), Array(try $0.text("body").utf8)) }
            return (try hash?.blob("document_hash") ?? [], Dictionary(bodies, uniquingKeysWith: { $1 }))
        }
        _ = try await device.exchange { message, frame in
            // Full state: what it does not tell of is not known any more.
            message.agentDescription = OpAMPAgentDescription()
            message.remoteConfigStatus.lastRemoteConfigHash = Data(hash)
            message.remoteConfigStatus.status = status
            frame.stateDigest = Data(Digest.sha256(Array("\(outcomes)\(hash)".utf8)))
            frame.applied = outcomes.map { entry, outcome in
                .with {
                    $0.entry = entry
                    $0.hash = Data(Digest.sha256(bodies[entry] ?? []))
                    $0.status = outcome.0
                    $0.reason = outcome.1
                }
            }
        }
    }

    private func counts(_ server: TestServer, _ kind: ManifestKind, _ name: String) async throws -> DeploymentCounts? {
        let object = try await server.queries.object(kind, name: name)
        return try await server.queries.deployment(of: [object])[name]
    }

    @Test func `a policy tells who has it, who does not yet, and who failed and why`() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.web + Self.policy("top", "root", engine: "a"))
            var applied = TestDevice(server, try await server.addDevice(group: "web"))
            var failed = TestDevice(server, try await server.addDevice(group: "web"))
            let pending = try await server.addDevice()
            let (revoked, stranger) = (try await server.addDevice(), try await server.addDevice())
            try await server.store.write {
                try $0.execute("UPDATE devices SET standing = 'revoked' WHERE uid = $1", [.blob(revoked.bytes)])
                try $0.execute("UPDATE devices SET stranger = 1 WHERE uid = $1", [.blob(stranger.bytes)])
            }
            try await Self.tell(&applied, .applied, [Self.entry: (.applied, "")])
            try await Self.tell(&failed, .failed, [Self.entry: (.failed, "clamd does not start")])
            #expect(try await counts(server, .policy, "top") == DeploymentCounts(applied: 1, pending: 1, failed: 1))
            let told = try await server.queries.devices(of: .policy, named: "top", state: .failed, page: PageRequest())
            #expect(told.items.map(\.device) == [failed.uid])
            #expect(told.items.first?.reason == "clamd does not start" && told.items.first?.group == "web")
            let waiting = try await server.queries.devices(
                of: .policy, named: "top", state: .pending, page: PageRequest())
            #expect(waiting.items.map(\.device) == [pending])
            #expect(waiting.items.first?.reason == "the device has not fetched it")

            // A change is pending from the moment in which it is declared, and an old failure says nothing of it.
            try await server.apply(Self.policy("top", "root", engine: "b"))
            #expect(try await counts(server, .policy, "top") == DeploymentCounts(pending: 3))
            try await Self.tell(&applied, .applying, [Self.entry: (.applying, "")])
            let all = try await server.queries.devices(of: .policy, named: "top", page: PageRequest()).items
            #expect(
                all.first { $0.device == applied.uid }?.reason == "the device has it and is not done with it")
            let one = try await server.queries.devices(of: .policy, named: "top", page: PageRequest(limit: 1))
            let rest = try await server.queries.devices(
                of: .policy, named: "top", page: PageRequest(limit: 5, after: one.last ?? []))
            #expect(one.items + rest.items == all && all.count == 3 && rest.last == nil)
            // One that does not count concerns nobody.
            try await server.apply(Self.policy("kept", "web", engine: "c", ", active: false"))
            #expect(try await counts(server, .policy, "kept") == DeploymentCounts())
            #expect(try await counts(server, .policy, "top") == DeploymentCounts(pending: 3))
        }
    }

    @Test func `another entry that fails does not make this one fail, whatever the device says of the whole`()
        async throws
    {
        try await TestServer.run { server in
            try await server.apply(Self.policy("top", "root", engine: "a") + Self.task("t", "{group: root}"))
            var device = TestDevice(server, try await server.addDevice())
            try await Self.tell(
                &device, .failed,
                [Self.entry: (.applied, ""), DeviceDocument.tasksEntry: (.failed, "no zone Mars/Olympus")])
            #expect(try await counts(server, .policy, "top") == DeploymentCounts(applied: 1))
            #expect(try await counts(server, .task, "t") == DeploymentCounts(failed: 1))
            // Drift that was told later, of a document that was applied as a whole.
            try await Self.tell(
                &device, .applied, [Self.entry: (.failed, "drift"), DeviceDocument.tasksEntry: (.applied, "")])
            #expect(try await counts(server, .policy, "top") == DeploymentCounts(failed: 1))
            #expect(try await counts(server, .task, "t") == DeploymentCounts(applied: 1))
        }
    }

    @Test func `tasks count the devices that they select, by labels of any spelling and by name`() async throws {
        let labels: [JSONValue] = [
            ["role": "db"], ["role": "db", "a": "b"], ["role": "DB"], ["role": "db\"}"], ["xrole": "db"],
            ["a\"role": "db"], ["note": "{\"role\":\"db\""], ["note": ",", "role": "db,"], ["a": ",\"role\":\"db\""],
        ]
        try await TestServer.run { server in
            var devices: [DeviceUID] = []
            for label in labels {
                devices.append(try await server.addDevice())
                try await server.apply(Self.labelled(devices[devices.count - 1], label))
            }
            try await server.apply(
                Self.task("db", "{group: root, labels: {role: db}}")
                    + Self.task("named", "{devices: [\(devices[3]), \(devices[5])]}"))
            #expect(try await counts(server, .task, "db") == DeploymentCounts(pending: 2))
            let found = try await server.queries.devices(of: .task, named: "db", page: PageRequest())
            #expect(Set(found.items.map(\.device)) == Set(devices.prefix(2)))
            #expect(try await counts(server, .task, "named") == DeploymentCounts(pending: 2))
            await #expect(throws: CoreError.self) {
                _ = try await server.queries.devices(of: .task, named: "nothing", page: PageRequest())
            }
        }
    }

    /// The counts of all objects at once, the counts of the lists, and what each device's own rows say, for any history.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `counts and lists say the same at every moment`(seed: UInt64) async throws {
        var random = TestRandom(seed: seed)
        try await TestServer.run { server in
            try await server.apply(
                Self.web + Self.policy("top", "root", engine: "a") + Self.policy("low", "web", engine: "b")
                    + Self.task("all", "{group: root}") + Self.task("some", "{group: root, labels: {role: x}}"))
            var devices: [TestDevice] = []
            for index in 0..<9 {
                devices.append(TestDevice(server, try await server.addDevice(group: index % 2 == 0 ? "root" : "web")))
            }
            for _ in 0..<30 {
                let index = Int.random(in: 0..<devices.count, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: try await server.apply(Self.policy("low", "web", engine: "\(["b", "c"].randomElement()!)"))
                case 1: try await server.apply(Self.labelled(devices[index].uid, ["role": "x"]))
                case 2: try await server.apply(Self.task("some", "{group: web, labels: {role: x}}"))
                case 3: try await Self.tell(&devices[index], .failed, [Self.entry: (.failed, "no")])
                case 4:
                    try await Self.tell(
                        &devices[index], .applied,
                        [Self.entry: (.applied, ""), DeviceDocument.tasksEntry: (.applied, "")])
                default: try await Self.tell(&devices[index], .failed, [Self.entry: (.applied, "")])
                }
                for (kind, names) in [(ManifestKind.policy, ["top", "low"]), (.task, ["all", "some"])] {
                    let objects = try await server.queries.objects(kind, page: PageRequest()).items
                    let counted = try await server.queries.deployment(of: objects)
                    for name in names {
                        let listed = try await server.queries.devices(of: kind, named: name, page: PageRequest()).items
                        func number(_ state: DeploymentState) -> Int64 {
                            Int64(listed.filter { $0.state == state }.count)
                        }
                        #expect(
                            counted[name]
                                == DeploymentCounts(
                                    applied: number(.applied), pending: number(.pending), failed: number(.failed)))
                        for state in DeploymentState.allCases {
                            let some = try await server.queries.devices(
                                of: kind, named: name, state: state, page: PageRequest()
                            ).items
                            #expect(some == listed.filter { $0.state == state })
                        }
                    }
                }
            }
        }
    }
}
