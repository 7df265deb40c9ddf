import DesiredState
import Foundation
import TestStage
import Testing

@Suite(.tags(.R16)) struct EventTests {
    @Test("an event is seen at once in every mode", arguments: [false, true]) func atOnce(persistent: Bool) async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = persistent ? try await StageAgent.joinConnected(server) : try await StageAgent.join(server)
        try await agent.synchronised()
        // A scheduled task emits while nobody is connected in periodic mode.
        try await server.task("emit", parameters: "{count: 1, severity: 4}", schedule: "{every: 10s}")
        try await server.operate("sync", "web1", "--wait")
        let event: JSONValue = try await eventually("the event\n\(agent.process.text.suffix(1_000))", within: 30) {
            try await server.events(type: "fixture.number").first
        }
        let time = { (name: String) in try Date(#require(event["status"]?[name]?.stringValue), strategy: Self.format) }
        let latency = try time("received").timeIntervalSince(time("deviceTime"))
        print("event latency, \(persistent ? "persistent" : "periodic"): \(Int(latency * 1_000)) ms")
        // The next synchronisation is 15 minutes away: anything near a second is "at once", an interval is not.
        #expect(latency < 60)
    }

    private static let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    @Test func `events emitted while the server is away arrive once, in order, when it is back`() async throws {
        let stage = try Stage()
        var server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.task("emit", parameters: "{count: 50, severity: 1}", schedule: "{every: 10s}")
        try await server.operate("sync", "web1", "--wait")
        await server.stop(signal: SIGKILL)
        try await eventually("the task ran alone", within: 60) {
            (try await agent.status()["spool"]?["events"]?.integerValue ?? 0) >= 50
        }
        server = try await server.startAgain()
        try await eventually(
            "all 50; the back-off may have grown to its 5 minutes\n\(agent.process.text.suffix(3_000))", within: 420
        ) {
            try await server.events(type: "fixture.number").count >= 50
        }
        let positions = try await server.events(type: "fixture.number").compactMap {
            $0["metadata"]?["name"]?.stringValue
        }
        #expect(Set(positions).count == positions.count)
        try await eventually("the spool is empty") { try await agent.status()["spool"]?["events"] == 0 }
    }

    @Test func `a thousand events arrive exactly once although agent and server are killed on the way`() async throws {
        let stage = try Stage()
        var server = try await stage.server()
        var agent = try await StageAgent.joinConnected(server)
        try await server.task("emit", parameters: "{count: 1000, severity: 2}")
        try await server.operate("run", "emit", "--device", "web1")
        try await eventually("some have arrived") { try await !server.events(type: "fixture.number").isEmpty }
        agent = try await agent.restart(signal: SIGKILL)
        server = try await server.restart(signal: SIGKILL)
        try await eventually("the spool is empty\n\(agent.process.text.suffix(1_000))", within: 90) {
            try await agent.status()["spool"]?["events"] == 0
        }
        let numbers = try await server.events(type: "fixture.number").compactMap {
            $0["spec"]?["data"]?["number"]?.integerValue
        }
        #expect(Set(numbers).count == numbers.count)
        // What the plugin was told is durable before the kill is a prefix: no hole before the last one that arrived.
        #expect(Set(numbers) == Set(1...Int64(numbers.count)))
    }

    @Test func `an operator watches events as they come and resumes where he stopped`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        let watch = try server.watch("events", log: "watch.log")
        try await server.startTask("emit", parameters: "{count: 2, severity: 3}")
        try await eventually("both are shown\n\(watch.text)\n\(agent.process.text.suffix(500))") {
            watch.text.contains("number 1") && watch.text.contains("number 2")
        }
    }
}
