import DesiredState
import Foundation
import TestStage
import Testing

/// A store that cannot be written says why, loses nothing that was confirmed, and goes on by itself.
@Suite(.tags(.R16, .R23), .enabled(if: geteuid() == 0, "needs root, for a file system of its own"))
struct StorageFaultTests {
    @Test func `a full disk under the agent is told to the plugin, the log and the server, and passes`() async throws {
        let scene = try await KillScene.open()
        let disk = try await scene.onSmallDisk(.agent)
        defer { disk.unmount() }
        try disk.fill()
        try await scene.expectNothingStored(because: "agent.db: database or disk is full (SQLite 13); free space")
        try await eventually("the server says that the device is unhealthy, and why\n\(scene.diagnosis)") {
            let status = try await scene.server.device("web1")["status"]
            return status?["healthy"] == false
                && status?["healthError"]?.stringValue?.contains("database or disk is full") == true
        }
        #expect(try await scene.agent.status()["uid"]?.stringValue == scene.agent.uid, "it answers")
        disk.free()
        try await scene.expectWell()
        try await eventually("the device is healthy again\n\(scene.diagnosis)") {
            try await scene.server.device("web1")["status"]?["healthy"] == true
        }
    }

    @Test func `a database of the agent that another process holds is said, and passes`() async throws {
        let scene = try await KillScene.open()
        let lock = try DatabaseLock(scene.audit.agent)
        try await scene.expectNothingStored(
            because: "agent.db: database is locked (SQLite 5); another process holds it")
        lock.release()
        try await scene.expectWell()
    }

    @Test func `a full disk under the server is told to devices and operators, who can read on, and passes`()
        async throws
    {
        let scene = try await KillScene.open()
        let disk = try await scene.onSmallDisk(.server)
        defer { disk.unmount() }
        try disk.fill()
        try await scene.expectServerRefuses(because: "martlet.db: database or disk is full; free space")
        let applied = try await scene.server.martlet(["token", "create", "--group", "root"])
        #expect(applied.code != 0)
        #expect(applied.errors.contains("disk is full"), "\(applied.errors)")
        #expect(try await scene.server.get("devices").count == 1, "operators read on")
        disk.free()
        try await scene.expectWell()
    }

    @Test func `a database of the server that another process holds is said, and passes`() async throws {
        let scene = try await KillScene.open()
        let lock = try DatabaseLock(scene.audit.server)
        try await scene.expectServerRefuses(because: "martlet.db: database is locked; another process holds it")
        #expect(try await scene.server.get("devices").count == 1, "operators read on")
        lock.release()
        try await scene.expectWell()
    }

    @Test(arguments: [Victim.agent, .server]) func `nobody starts on a full disk, and says what to do`(
        victim: Victim
    ) async throws {
        let scene = try await KillScene.open()
        await scene.agent.stop()
        await scene.server.stop()
        let name = victim == .agent ? "web1" : "server"
        // A log left by a kill has room for more; without it every change needs some.
        try (victim == .agent ? scene.audit.agent : scene.audit.server).truncateLog()
        let disk = try await SmallDisk(scene.stage.path(name))
        defer { disk.unmount() }
        try disk.fill()
        let process = try ChildProcess(
            Products.executable("martlet-\(victim)"), ["run", "--config", scene.stage.path("\(name).yaml")],
            log: scene.stage.directory.appendingPathComponent("full.log"))
        try await eventually("it ends\n\(process.text)") { !process.isRunning }
        #expect(await process.end() == 1)
        #expect(process.text.contains(scene.stage.path(name) + "/"), "the file: \(process.text)")
        #expect(process.text.contains("free space on its file system"), "what to do: \(process.text)")
    }
}
