import DesiredState
import DeviceProtocol
import Manifests
import ServerCore
import ServerStore
import Testing

/// Whose windows a device has.
@Suite(.tags(.R24)) struct MaintenanceWindowTests {
    private static func group(_ name: String, _ hour: Int?) -> String {
        let parent = name == "root" ? "" : "parent: root"
        let windows = hour.map {
            "maintenanceWindows: [{cron: \"0 \($0) * * sat\", timeZone: Europe/Berlin, duration: 4h}]"
        }
        let spec = [parent, windows ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
        return "---\napiVersion: martlet/v1\nkind: Group\nmetadata: {name: \(name)}\nspec: {\(spec)}\n"
    }

    private static let tasks = ["update", "scan"].map { name in
        let isUpdate = name == "update"
        return """
            ---
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: \(name)}
            spec:
              application: martlet.clamav
              task: \(name)
              parameters: \(isUpdate ? "{}" : "{paths: [/home]}")
              scope: {group: root}
              schedule: {every: 1h}
              onlyInMaintenanceWindows: \(isUpdate)

            """
    }.joined()

    private func hours(_ uid: DeviceUID, _ server: TestServer, task: String = "update") async throws -> [String] {
        let body = try await server.store.read { reader in
            try reader.first(
                "SELECT body FROM device_entries WHERE device_uid = $1 AND entry = 'martlet.tasks'",
                [.blob(uid.bytes)])?.text("body") ?? "{}"
        }
        let (document, _) = DeviceDocument.read(entries: [DeviceDocument.tasksEntry: Array(body.utf8)])
        return document.tasks.first { $0.name == task }?.windows.map(\.opens.expression.text) ?? ["no task"]
    }

    @Test func `a device has its own, else those of the nearest group, and only for tasks that ask`() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.group("root", 1) + Self.group("web", nil) + Self.group("db", 3) + Self.tasks)
            let (web, db) = (try await server.addDevice(group: "web"), try await server.addDevice(group: "db"))
            try await server.declarations.refresh()
            #expect(try await hours(web, server) == ["0 1 * * sat"])
            #expect(try await hours(db, server) == ["0 3 * * sat"])
            #expect(try await hours(db, server, task: "scan") == [])
            let own = """
                ---
                apiVersion: martlet/v1
                kind: Device
                metadata: {name: "\(db)"}
                spec: {group: db, maintenanceWindows: [{cron: "0 5 * * *", duration: 30m}]}
                """
            #expect(try await server.apply(own).changes.map(\.action) == [.changed])
            #expect(try await server.apply(own).changes.map(\.action) == [.unchanged])
            #expect(try await hours(db, server) == ["0 5 * * *"])
            #expect(try await server.apply(Self.group("root", 2)).devices == 2)
            #expect(try await hours(web, server) == ["0 2 * * sat"])
            #expect(try await hours(db, server) == ["0 5 * * *"])
        }
    }
}
