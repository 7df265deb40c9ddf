import DesiredState
import TestStage
import Testing

/// A task on several devices by one call, with real agents.
@Suite struct LaunchTests {
    @Test(.tags(.R14)) func `one call runs a task on all devices; its counts, its failures and its end are shown`()
        async throws
    {
        let stage = try Stage()
        let server = try await stage.server()
        var agents: [StageAgent] = []
        for name in ["web1", "web2", "web3"] {
            agents.append(try await StageAgent.joinConnected(server, name: name))
        }
        try await server.task("count", parameters: "{steps: 5, milliseconds: 10}")
        let done = try await server.martlet(["run", "count", "--wait"])
        #expect(done.code == 0, "\(done)")
        #expect(done.output.contains("3 succeeded of 3"))
        try await server.task("lie", parameters: "{}")
        let failed = try await server.martlet(["run", "lie", "--wait"])
        #expect(failed.code == 9 && failed.output.contains("3 failed of 3"), "\(failed)")
        let launch = try #require(
            failed.output.split(separator: "\n").first { $0.hasPrefix("martlet get runs --launch ") }?
                .split(separator: " ").dropFirst(4).first.map(String.init))
        #expect(try await server.get("runs", "--launch", launch, "--state", "failed").count == 3)
        #expect(try await server.get("runs", "--launch", launch, "--state", "succeeded").isEmpty)
        // What runs for long is stopped on all of them.
        try await server.task("count", parameters: "{steps: 100000, milliseconds: 100}")
        try await server.operate("run", "count")
        try await eventually("all run") {
            try await server.get("runs", "--task", "count", "--state", "running").count == 3
        }
        #expect(try await server.operate("cancel", "--task", "count").output.contains("3 devices were told"))
        try await eventually("all are cancelled") {
            try await server.get("runs", "--task", "count", "--state", "cancelled").count == 3
        }
        #expect(agents.count == 3)
    }
}
