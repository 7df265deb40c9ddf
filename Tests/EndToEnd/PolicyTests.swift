import DesiredState
import TestStage
import Testing

/// Locks, profiles and the local user, with the real Linux plugin.
@Suite struct PolicyTests {
    private static let policies = """
        apiVersion: martlet/v1
        kind: Group
        metadata: {name: desks}
        spec: {parent: root, syncInterval: 5s}
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: base}
        spec:
          application: martlet.linux
          group: root
          settings: {sampleSeconds: 20, thresholds: {diskPercent: 80, cpuPercent: 70}}
          locks: [/thresholds/diskPercent]
          profiles:
            - name: away
              when: {outOfOffice: {unreachableFor: 10s}}
              settings: {sampleSeconds: 300}
        ---
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: desks}
        spec:
          application: martlet.linux
          group: desks
          settings: {thresholds: {diskPercent: 99, cpuPercent: 75}}
        """

    /// A setting as the plugin reads it back, as the server knows it.
    private static func explained(_ path: String, _ server: StageServer) async throws -> JSONValue? {
        let outcome = try await server.operate("explain", "policy", "web1", "martlet.linux", "-o", "json")
        return try outcome.json["settings"]?.arrayValue?.first { $0["path"]?.stringValue == path }
    }

    private static func settings(_ agent: StageAgent, _ arguments: String...) async throws -> Outcome {
        try await agent.stage.run(
            "martlet-agent",
            ["settings", arguments[0], "--config", agent.stage.path("\(agent.name).yaml"), "-o", "json"]
                + arguments.dropFirst())
    }

    private static func local(_ path: String, _ agent: StageAgent) async throws -> JSONValue? {
        try await settings(agent, "show", "martlet.linux").json["settings"]?.arrayValue?
            .first { $0["path"]?.stringValue == path }
    }

    @Test func `a locked threshold holds against a policy below, one device's settings and the local user`()
        async throws
    {
        let stage = try Stage(plugins: [.linux])
        let server = try await stage.server()
        try await server.apply(Self.policies)
        let agent = try await StageAgent.join(server, group: "desks")
        try await eventually("the policies' settings are in force\n\(agent.process.text.suffix(1_500))") {
            try await Self.explained("/thresholds/diskPercent", server)?["inForce"] == 80
        }
        // The policies, of which the device has one at least from above and one from its own group.
        try await eventually("the server counts the device as one that has both policies") {
            let policies = try await server.operate("get", "policies", "-o", "json").json["items"]?.arrayValue ?? []
            return policies.map { $0["status"]?["devices"]?["applied"] } == [1, 1]
        }
        #expect(
            try await server.operate("describe", "policy", "base").output.contains(
                "devices: 1 concerned, 1 applied, 0 pending, 0 failed"))
        let disk = try #require(try await Self.explained("/thresholds/diskPercent", server))
        #expect(disk["value"] == 80)
        #expect(disk["source"] == ["kind": "Policy", "name": "base"])
        #expect(disk["lockedBy"] == "policy base")
        #expect(
            disk["overridden"] == [
                [
                    "path": "/thresholds/diskPercent", "value": 99, "source": ["kind": "Policy", "name": "desks"],
                    "lockedBy": "policy base",
                ]
            ])
        let refused = try await Self.settings(agent, "set", "martlet.linux", "/thresholds/diskPercent", "50")
        #expect(refused.code == 5)
        #expect(refused.errors.contains("locked by policy base"))
        try await Self.settings(agent, "set", "martlet.linux", "/thresholds/cpuPercent", "60").expect(0)
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: ApplicationSettings
            metadata: {name: linux-web1}
            spec:
              application: martlet.linux
              device: web1
              settings: {sampleSeconds: 5, thresholds: {diskPercent: 40, memoryPercent: 50}}
            """)
        try await server.operate("sync", "web1", "--wait")
        try await eventually("what one device and its user want is in force where it is not locked") {
            let cpu = try await Self.explained("/thresholds/cpuPercent", server)
            let memory = try await Self.explained("/thresholds/memoryPercent", server)
            return cpu?["inForce"] == 60 && cpu?["source"] == ["kind": "Local"] && memory?["inForce"] == 50
                && memory?["source"] == ["kind": "ApplicationSettings", "name": "linux-web1"]
        }
        #expect(try await Self.explained("/thresholds/diskPercent", server)?["inForce"] == 80)
        // A lock that comes later takes the user's change out of force, and the server is told.
        try await server.apply(
            Self.policies.replacing("locks: [/thresholds/diskPercent]", with: "locks: [/thresholds]"))
        try await server.operate("sync", "web1", "--wait")
        try await eventually("the user's change is not in force any more") {
            let cpu = try await Self.explained("/thresholds/cpuPercent", server)
            return cpu?["inForce"] == 70 && cpu?["lockedBy"] == "policy base"
                && cpu?["overridden"]?.arrayValue?.contains { $0["source"] == ["kind": "Local"] } == true
        }
        #expect(try await Self.local("/thresholds/cpuPercent", agent)?["local"] == 60)
        try await server.operate("delete", "application-settings", "linux-web1")
    }

    @Test func `a profile for out of office takes over when the server is away, over a restart too, and goes back`()
        async throws
    {
        let stage = try Stage(plugins: [.linux])
        var server = try await stage.server()
        try await server.apply(Self.policies)
        var agent = try await StageAgent.join(server, group: "desks")
        try await eventually("the policies' settings are wanted") {
            try await Self.local("/sampleSeconds", agent)?["value"] == 20
        }
        await server.stop()
        try await eventually("the profile holds\n\(agent.process.text.suffix(1_500))", within: 90) {
            try await Self.local("/sampleSeconds", agent)?["value"] == 300
        }
        agent = try await agent.restart()
        try await eventually("it holds after a restart of the agent") {
            try await Self.local("/sampleSeconds", agent)?["value"] == 300
        }
        server = try await server.startAgain()
        try await eventually("it holds no longer\n\(agent.process.text.suffix(1_500))", within: 90) {
            try await Self.local("/sampleSeconds", agent)?["value"] == 20
        }
        try await eventually("and the server knows") {
            let text = try await server.operate("explain", "policy", "web1", "martlet.linux").output
            return try await Self.explained("/sampleSeconds", server)?["inForce"] == 20
                && text.contains("profile away of policy base: does not hold")
        }
    }
}
