import DesiredState
import Foundation
import TestStage
import Testing

@Suite struct TaskTests {
    @Test(.tags(.R06, .R14)) func `a wake starts a task before the device's next synchronisation is due`() async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        let before = try await agent.resting()
        #expect(
            try #require(before["nextConnection"]?.integerValue) - #require(before["lastSync"]?.integerValue)
                >= 600_000_000)
        let run = try await server.startTask("count", parameters: "{steps: 3, milliseconds: 10}")
        #expect(run["status"]?["state"] == "succeeded")
        #expect(run["status"]?["percent"] == 100)
    }

    @Test(.tags(.R14)) func `progress is seen while the task runs, and its result afterwards`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.task("count", parameters: "{steps: 150, milliseconds: 100}")
        try await server.operate("run", "count", "--device", "web1")
        try await eventually("half way") {
            let percent = try await server.get("runs").first?["status"]?["percent"]?.integerValue ?? 0
            return percent > 0 && percent < 100
        }
        try await eventually("done") { try await server.get("runs").first?["status"]?["state"] == "succeeded" }
    }

    @Test(.tags(.R18)) func `a running task is cancelled`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        try await server.task("count", parameters: "{steps: 100000, milliseconds: 100}")
        try await server.operate("run", "count", "--device", "web1")
        let run: JSONValue = try await eventually("running\n\(agent.process.text.suffix(500))") {
            try await server.get("runs").first { $0["status"]?["state"] == "running" }
        }
        try await server.operate("cancel", try #require(run["metadata"]?["name"]?.stringValue))
        try await eventually("cancelled") { try await server.get("runs").first?["status"]?["state"] == "cancelled" }
    }

    @Test(.tags(.R14)) func `a task longer than its limit is timed out`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        try await server.task("count", parameters: "{steps: 100000, milliseconds: 100}", more: "timeLimit: 1s")
        try await server.operate("run", "count", "--device", "web1")
        try await eventually("timed out\n\(agent.process.text.suffix(500))") {
            try await server.get("runs").first?["status"]?["state"]?.stringValue?.lowercased().contains("timed") == true
        }
    }

    @Test(.tags(.R12, .R14)) func `a task every so often runs without the server, and its runs are reported later`()
        async throws
    {
        let stage = try Stage()
        var server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.task("emit", parameters: "{count: 1, severity: 1}", schedule: "{every: 10s}")
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the task has reached the device") {
            try await server.entry("martlet.tasks", of: "web1")?["status"] == "applied"
        }
        await server.stop()
        try await eventually("it ran twice alone", within: 60) {
            agent.process.text.split(separator: "\n").filter { $0.contains("task ended") }.count >= 2
        }
        server = try await server.startAgain()
        try await server.operate("sync", "web1", "--wait")
        try await eventually("runs are reported") {
            try await server.get("runs").filter {
                $0["spec"]?["trigger"] == "schedule" && $0["status"]?["state"] == "succeeded"
            }.count >= 2
        }
        let ids = try await server.get("runs").compactMap { $0["metadata"]?["name"]?.stringValue }
        #expect(Set(ids).count == ids.count)
    }

    @Test(.tags(.R14, .R23)) func `a run that was interrupted by a crash of the agent is lost, not repeated`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        try await server.task("count", parameters: "{steps: 100000, milliseconds: 100}")
        try await server.operate("run", "count", "--device", "web1")
        try await eventually("running") { try await server.get("runs").first?["status"]?["state"] == "running" }
        let again = try await agent.restart(signal: SIGKILL)
        try await eventually("lost\n\(again.process.text)", within: 60) {
            try await server.get("runs").first?["status"]?["state"] == "lost"
        }
        #expect(try await server.get("runs").count == 1)
    }

    @Test(.tags(.R18)) func `an application is stopped and started from the server`() async throws {
        let stage = try Stage()
        let unit = stage.path("unit")
        let server = try await stage.server()
        let agent = try await StageAgent.join(
            server,
            extra: """
                directUnits:
                  fixture: {start: ["/bin/sh", "-c", "echo $$ > \(unit).pid; while :; do sleep 1; done"], pidFile: "\(unit).pid"}
                """)
        try await agent.synchronised()
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Policy
            metadata: {name: unit}
            spec: {application: martlet.fixture, group: root, settings: {unit: fixture}}
            """)
        try await server.operate("sync", "web1", "--wait")
        try await server.operate("app", "start", "martlet.fixture", "--device", "web1", "--wait")
        let pid = try #require(
            pid_t(
                try String(contentsOfFile: unit + ".pid", encoding: .utf8).trimmingCharacters(
                    in: .whitespacesAndNewlines)))
        #expect(kill(pid, 0) == 0)
        try await server.operate("app", "stop", "martlet.fixture", "--device", "web1", "--wait")
        try await eventually("the application ended") { kill(pid, 0) != 0 }
    }
}
