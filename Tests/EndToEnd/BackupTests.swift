import DesiredState
import Foundation
import TestStage
import Testing

@Suite struct BackupTests {
    @Test(.tags(.R12, .R14, .R16))
    func `a restored server is told everything anew, and the device says what the restore lost`() async throws {
        let stage = try Stage(serverSettings: "reconnectWindow: 1")
        var server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        try await server.startTask("emit", parameters: "{count: 5, severity: 1}")
        try await spoolEmpties(agent)
        let backup = stage.path("backup.db")
        let copied = try await stage.run(
            "martlet-server", ["backup", backup, "--config", stage.path("server.yaml")])
        try copied.expect(0)
        let mode = try FileManager.default.attributesOfItem(atPath: backup)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        try await stage.run("martlet-server", ["backup", backup, "--config", stage.path("server.yaml")]).expect(1)

        try await server.startTask("emit", parameters: "{count: 7, first: 6, severity: 1}")
        try await spoolEmpties(agent)
        #expect(try await numbers(server).sorted() == Array(1...12))
        let tooEarly = try await stage.run(
            "martlet-server", ["restore", backup, "--config", stage.path("server.yaml")])
        try tooEarly.expect(4)

        await server.stop()
        // What a restore that was killed left behind is not taken for a part of this one.
        for rest in ["", "-wal", "-shm"] {
            try FileManager.default.copyItem(
                atPath: stage.path("server/martlet.db"), toPath: stage.path("server/martlet.db.restoring\(rest)"))
        }
        try await stage.run("martlet-server", ["restore", backup, "--config", stage.path("server.yaml")]).expect(0)
        #expect(!FileManager.default.fileExists(atPath: stage.path("server/martlet.db.restoring-wal")))
        server = try await server.startAgain()
        let lost: JSONValue = try await eventually(
            "the loss is told\n\(agent.process.text.suffix(3_000))", within: 60
        ) { try await server.events(type: "events.lost").first }
        #expect(lost["spec"]?["data"]?["most"] == 7)
        #expect(try await numbers(server).sorted() == Array(1...5))
        // The run that the backup does not know is reported again, and the state is there.
        try await eventually("both runs are known") {
            let runs = try await server.get("runs")
            return runs.count == 2 && runs.allSatisfy { $0["status"]?["state"] == "succeeded" }
        }
        try await eventually("state is reported") {
            try await server.application("martlet.fixture", of: "web1") != nil
        }
        // What is emitted from now on arrives once.
        try await server.startTask("emit", parameters: "{count: 3, first: 100, severity: 1}")
        try await spoolEmpties(agent)
        #expect(try await numbers(server).sorted() == [1, 2, 3, 4, 5, 100, 101, 102])
    }

    @Test func `a file that is no backup is not restored, and the store stays`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        await server.stop()
        try stage.write("bad.db", "this is not a database, whatever its name says")
        let before = try Data(contentsOf: URL(fileURLWithPath: stage.path("server/martlet.db")))
        for file in ["bad.db", "missing.db"] {
            let outcome = try await stage.run(
                "martlet-server", ["restore", stage.path(file), "--config", stage.path("server.yaml")])
            #expect(outcome.code != 0)
            #expect(outcome.errors.contains(file), "\(outcome.errors)")
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: stage.path("server/martlet.db"))) == before)
        #expect(!FileManager.default.fileExists(atPath: stage.path("server/martlet.db.restoring")))
    }

    private func spoolEmpties(_ agent: StageAgent) async throws {
        try await eventually("the spool is empty\n\(agent.process.text.suffix(1_000))") {
            try await agent.status()["spool"]?["events"] == 0
        }
    }

    private func numbers(_ server: StageServer) async throws -> [Int64] {
        try await server.events(type: "fixture.number").compactMap { $0["spec"]?["data"]?["number"]?.integerValue }
    }
}
