import DesiredState
import DeviceProtocol
import Manifests
import ServerCore
import ServerStore
import Testing

/// Tasks for the devices of a group that have certain labels.
@Suite(.tags(.R24)) struct SelectorTests {
    private static func task(_ labels: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: update}
        spec: {application: martlet.clamav, task: update, scope: {group: root, labels: \(labels)}, schedule: {manual: true}}

        """
    }

    private static func device(_ uid: DeviceUID, _ labels: String) -> String {
        "---\napiVersion: martlet/v1\nkind: Device\nmetadata: {name: \"\(uid)\", labels: \(labels)}\nspec: {}\n"
    }

    private func hasTask(_ uid: DeviceUID, _ server: TestServer) async throws -> Bool {
        try await server.store.read { reader in
            try reader.query("SELECT body FROM device_entries WHERE device_uid = $1", [.blob(uid.bytes)])
                .contains { try $0.text("body").contains("\"update\"") }
        }
    }

    @Test func `a task with labels is for the devices that have them all, from the moment that they do`() async throws {
        try await TestServer.run { server in
            let (database, web) = (try await server.addDevice(), try await server.addDevice())
            try await server.apply(Self.device(database, "{role: db, site: a}"))
            let result = try await server.apply(Self.task("{role: db, site: a}"))
            #expect(result.devices == 1)
            #expect(try await hasTask(database, server))
            #expect(try await !hasTask(web, server))
            try await server.apply(Self.device(web, "{role: db, site: a}"))
            #expect(try await hasTask(web, server))
            #expect(try await server.apply(Self.task("{role: db, site: b}")).devices == 2)
            for uid in [database, web] { #expect(try await !hasTask(uid, server)) }
        }
    }

    @Test func `a run by hand goes to the selected devices, and to no other although it is named`() async throws {
        try await TestServer.run { server in
            let (database, web) = (try await server.addDevice(), try await server.addDevice())
            try await server.apply(Self.device(database, "{role: db}") + Self.task("{role: db}"))
            let runs = try await server.actions.run("update", on: [], by: TestServer.admin).runs
            #expect(runs.map(\.device) == [database])
            let error = await #expect(throws: CoreError.self) {
                try await server.actions.run("update", on: [web], by: TestServer.admin)
            }
            #expect(error?.code == .conflict)
        }
    }

    @Test func `a manifest says its selector as it was written`() throws {
        let text = Self.task("{role: db}")
        let manifests = try ManifestDecoder.decode(text, file: nil)
        #expect(manifests.first?.spec.json["scope"] == ["group": "root", "labels": ["role": "db"]])
    }
}
