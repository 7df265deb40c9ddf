import DesiredState
import Foundation
import TestStage
import Testing

/// The agent and an OpAMP server that nobody here wrote the rules of.
@Suite(.enabled(if: PythonEnvironment.isThere, Comment(rawValue: PythonEnvironment.reason)))
struct PlainServerTests {
    /// Seconds. While there is no server the agent's pauses grow; the last of them may be as long as they get.
    private static let longestPause = 330.0

    private static let declared = """
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: greeting}
        spec: {application: martlet.fixture, group: root, settings: {greeting: bonjour}}
        ---
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: emit}
        spec:
          application: martlet.fixture
          task: emit
          parameters: {count: 3}
          scope: {group: root}
          schedule: {every: 10s}
        """

    @Test(
        "an agent reports to a plain OpAMP server and takes configuration from it, and loses nothing that only Martlet's understands",
        .tags(.R11, .R12, .R13), arguments: ["periodic", "persistent"])
    func agent(mode: String) async throws {
        let stage = try Stage()
        var server = try await stage.server()
        let agent =
            mode == "persistent" ? try await StageAgent.joinConnected(server) : try await StageAgent.join(server)
        try await agent.synchronised()
        try await server.apply(Self.declared)
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the policy is in force") {
            try await server.entry("martlet.fixture", of: "web1")?["status"] == "applied"
        }
        await server.stop()
        let spooled: Int64 = try await eventually("events are left\n\(agent.process.text.suffix(2_000))", within: 60) {
            let count = try await agent.status()["spool"]?["events"]?.integerValue ?? 0
            return count > 0 ? count : nil
        }

        let plain = try await PlainServer.start(
            insteadOf: server, config: ["martlet.fixture": ["settings": ["greeting": "hola"]]])
        try await eventually(
            "it is told everything\n\(plain.process.text.suffix(3_000))\n\(agent.process.text.suffix(2_000))",
            within: Self.longestPause
        ) {
            plain.latest("effective")?["martlet.fixture"]?["greeting"] == "hola"
                && plain.latest("status")?["status"] == 1
        }
        #expect(plain.latest("health")?["healthy"] == true)
        #expect(plain.latest("health")?["components"] == ["martlet.fixture"])
        #expect(plain.messages.contains { $0["full"] == true && $0["capabilities"] == ["martlet.device/v1"] })
        try plain.offer(["martlet.fixture": ["settings": ["greeting": "ciao"]], "example.other": ["settings": [:]]])
        try await eventually("the next heartbeat brings it\n\(plain.process.text.suffix(3_000))", within: 60) {
            plain.latest("effective")?["martlet.fixture"]?["greeting"] == "ciao"
                && plain.latest("status")?["status"] == 3
        }
        #expect(plain.latest("status")?["error"]?.stringValue?.contains("example.other") == true)
        let settled = plain.messages.count
        try await eventually(
            "two heartbeats in a row say nothing but that it lives\n\(plain.process.text.suffix(2_000))", within: 60
        ) {
            let last = plain.messages.dropFirst(settled).suffix(2)
            return last.count == 2
                && last.allSatisfy { $0["full"] == false && $0["health"] == .null && $0["asked"] == 0 }
        }
        // The first message found out; after it, a frame is only the question whether the server is one of ours.
        #expect(plain.messages.dropFirst().allSatisfy { ($0["foreign"]?.integerValue ?? 0) <= 200 })
        #expect(try await agent.status()["spool"]?["events"]?.integerValue ?? 0 >= spooled)

        plain.process.signal(SIGTERM)
        _ = await plain.process.end()
        server = try await server.startAgain()
        try await eventually(
            "Martlet's own is back\n\(agent.process.text.suffix(3_000))", within: Self.longestPause
        ) {
            let status = try await server.device("web1")["status"]
            return status?["configuration"]?["inSync"] == true
                && status?["effectiveConfiguration"]?["martlet.fixture"]?["greeting"] == "bonjour"
        }
        try await eventually("events that waited arrive\n\(agent.process.text.suffix(3_000))") {
            try await server.events(type: "fixture.number").count >= Int(spooled)
        }
        let keys = try await server.events(type: "fixture.number").compactMap { $0["metadata"]?["name"]?.stringValue }
        #expect(Set(keys).count == keys.count)
        if mode == "persistent" {
            #expect(plain.process.text.contains("upgrade-refused"))
            #expect(try await server.device("web1")["status"]?["protocol"] == "martlet")
        }
    }
}
