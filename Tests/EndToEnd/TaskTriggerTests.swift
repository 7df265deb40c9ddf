import DesiredState
import Foundation
import TestStage
import Testing

/// What starts tasks on a device beside operators and intervals.
@Suite struct TaskTriggerTests {
    private static func task(_ name: String, _ task: String, _ parameters: String, _ more: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: \(name)}
        spec:
          application: martlet.fixture
          task: \(task)
          parameters: \(parameters)
          scope: {group: root}
          \(more)

        """
    }

    private static func runs(_ server: StageServer, of task: String, trigger: String) async throws -> [JSONValue] {
        try await server.get("runs", "--limit", "1000").filter {
            $0["spec"]?["taskName"]?.stringValue == task && $0["spec"]?["trigger"]?.stringValue == trigger
        }
    }

    private static func applied(_ server: StageServer) async throws {
        try await eventually("the tasks have reached the device") {
            let configuration = try await server.device("web1")["status"]?["configuration"]
            return configuration?["inSync"] == true
        }
    }

    @Test(.tags(.R12, .R14))
    func `an event starts a task, its end another, a start of the agent a third, which is tried until it succeeds`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        var agent = try await StageAgent.joinConnected(server)
        let later = stage.path("later")
        try await server.apply(
            Self.task("raise", "emit", "{count: 1, type: fixture.alarm, severity: 4}", "")
                + Self.task(
                    "react", "count", "{steps: 1}",
                    "schedule: {onEvent: {application: martlet.fixture, type: fixture.alarm}}")
                + Self.task("after", "count", "{steps: 1}", "schedule: {afterTask: {task: react}}")
                + Self.task(
                    "flaky", "mark", "{path: \(later)/x}",
                    "schedule: {atStart: true}\n  retry: {attempts: 10, delay: 5s}"))
        try await Self.applied(server)
        #expect(try await Self.runs(server, of: "flaky", trigger: "start").isEmpty)
        try await server.operate("run", "raise", "--device", "web1", "--wait")
        try await eventually("the event started a task, and that one another") {
            let react = try await Self.runs(server, of: "react", trigger: "event")
            let after = try await Self.runs(server, of: "after", trigger: "task")
            return react.count == 1 && after.count == 1 && after[0]["status"]?["state"] == "succeeded"
        }
        agent = try await agent.restart(signal: SIGTERM)
        try await eventually("it fails, and is tried again: \(agent.process.text.suffix(1_000))") {
            try await Self.runs(server, of: "flaky", trigger: "start").contains {
                $0["spec"]?["attempt"]?.integerValue ?? 0 >= 2
            }
        }
        try FileManager.default.createDirectory(atPath: later, withIntermediateDirectories: true)
        try await eventually("it succeeds once it can") {
            let flaky = try await Self.runs(server, of: "flaky", trigger: "start")
            let states = flaky.map { $0["status"]?["state"]?.stringValue ?? "" }
            return states.filter { $0 == "succeeded" }.count == 1 && states.contains("failed")
        }
        #expect(try await Self.runs(server, of: "after", trigger: "task").count == 1)
    }

    @Test(.tags(.R12, .R14))
    func `an instant that passed while the agent did not run is made up for once, when the task says so`() async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        var agent = try await StageAgent.joinConnected(server)
        // A whole second, since that is what the manifest says.
        let instant = Date(timeIntervalSince1970: (Date.now.timeIntervalSince1970 + 30).rounded(.up))
        let once = "schedule: {once: \"\(instant.formatted(.iso8601))\"}"
        try await server.apply(
            Self.task("kept", "count", "{steps: 1}", once + "\n  runWhenMissed: true")
                + Self.task("dropped", "count", "{steps: 1}", once))
        try await Self.applied(server)
        await agent.stop()
        try #require(Date.now < instant, "the test came too late to miss the instant")
        try await eventually("the instant is past") { Date.now > instant.addingTimeInterval(1) }
        for _ in 1...2 {
            agent = try await StageAgent.start(stage, name: "web1")
            try await eventually("it is made up for: \(agent.process.text.suffix(1_000))") {
                try await Self.runs(server, of: "kept", trigger: "schedule").map { $0["status"]?["state"] } == [
                    "succeeded"
                ]
            }
            await agent.stop()
        }
        #expect(try await Self.runs(server, of: "dropped", trigger: "schedule").isEmpty)
    }

    @Test(.tags(.R24)) func `a task that waits for none, or for itself, is refused; one that others wait for stays`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let circle =
            Self.task("one", "count", "{steps: 1}", "schedule: {afterTask: {task: two}}")
            + Self.task("two", "count", "{steps: 1}", "schedule: {afterTask: {task: one, outcome: ended}}")
        let refused = try await server.martlet(["apply", "-f", "-"], input: circle)
        #expect(refused.code == 5 && refused.errors.contains("a circle: one → two → one"), "\(refused.errors)")
        let alone = Self.task("one", "count", "{steps: 1}", "schedule: {afterTask: {task: none}}")
        #expect(try await server.martlet(["apply", "-f", "-"], input: alone).errors.contains("no task \"none\""))
        try await server.apply(
            Self.task("one", "count", "{steps: 1}", "schedule: {afterTask: {task: two}}")
                + Self.task(
                    "two", "count", "{steps: 1}", "schedule: {cron: \"0 2 * * mon-fri\", timeZone: Europe/Berlin}"))
        let deletion = try await server.martlet(["delete", "task", "two"])
        #expect(deletion.code == 4 && deletion.errors.contains("starts others when it ends: one"))
        let wrong = Self.task(
            "three", "count", "{steps: 1}", "schedule: {cron: \"0 25 * * *\", timeZone: Europe/Berlim}")
        let errors = try await server.martlet(["apply", "-f", "-"], input: wrong).errors
        #expect(errors.contains("0 to 23 for hour, got \"25\""), "\(errors)")
    }
}
