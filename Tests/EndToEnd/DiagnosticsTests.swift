import DesiredState
import Foundation
import TestStage
import Testing

/// What helps when something is wrong: diagnostics of a device, and what a plugin said while a run failed.
@Suite struct DiagnosticsTests {
    @Test func `collected diagnostics are an archive at the server, listed with the run`() async throws {
        let stage = try Stage(plugins: [.linux])
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: diagnose}
            spec:
              application: martlet.linux
              task: collect-diagnostics
              scope: {group: root}
              schedule: {manual: true}
            """)
        let outcome = try await server.martlet(["run", "diagnose", "--device", "web1", "--wait"])
        #expect(outcome.code == 0, "\(outcome.errors)\n\(agent.process.text.suffix(1_500))")
        let run = try #require(try await server.get("runs").first?["metadata"]?["uid"]?.stringValue)
        try await eventually("it is listed with its run\n\(agent.process.text.suffix(1_500))") {
            let text = try await server.operate("describe", "run", run).output
            return text.contains("diagnostics.tar.gz") && text.contains("sha256")
        }
        let file = stage.path("diagnostics.tar.gz")
        try await server.operate("artifact", "download", run, "diagnostics.tar.gz", "-O", file)
        let listing = try await Outcome.of(URL(fileURLWithPath: "/bin/tar"), ["-tzf", file])
        try listing.expect(0)
        for name in ["./facts.json", "./processes", "./proc-meminfo", "./etc-os-release"] {
            #expect(listing.output.split(separator: "\n").contains(Substring(name)), "\(listing.output)")
        }
        let facts = try await Outcome.of(URL(fileURLWithPath: "/bin/tar"), ["-xzOf", file, "./facts.json"])
        #expect(try facts.json["processors"]?.integerValue ?? 0 > 0)
        // Arguments of processes may hold secrets; the agent's own show that none are there.
        let processes = try await Outcome.of(URL(fileURLWithPath: "/bin/tar"), ["-xzOf", file, "./processes"])
        #expect(processes.output.contains(" martlet-agent") && !processes.output.contains("--config"))
    }

    @Test func `a run that fails shows what the plugin said while it went on, and nothing from before`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.joinConnected(server)
        try await server.task("crash", parameters: "{}")
        _ = try await server.martlet(["run", "crash", "--device", "web1", "--wait"])
        let run = try #require(try await server.get("runs").first)
        #expect(run["status"]?["state"] == "lost", "\(run)\n\(agent.process.text.suffix(1_500))")
        #expect(run["status"]?["result"]?["logTail"] == "fixture: crashing as asked", "\(run)")
    }
}
