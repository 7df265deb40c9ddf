import DesiredState
import Foundation
import TestStage
import Testing

/// `martlet-fleet` against a real server: its devices are the agent's own core, with certificates and connections of their own.
@Suite struct FleetTests {
    private static let groups = """
        apiVersion: martlet/v1
        kind: Group
        metadata: {name: held}
        spec: {parent: root, keepConnection: true, syncInterval: 5s, cloneAction: split}
        """

    private struct Place {
        let stage: Stage
        let server: StageServer

        init() async throws {
            stage = try Stage(plugins: [])
            let folder = stage.pluginsDirectory.appendingPathComponent("martlet.fleet")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: Products.root.appendingPathComponent("Benchmarks/Fleet/plugins/martlet.fleet/plugin.yaml"),
                to: folder.appendingPathComponent("plugin.yaml"))
            server = try await stage.server()
            try await server.apply(FleetTests.groups)
            let token = try await server.operate("token", "create", "--group", "root/held")
            try stage.write("token", token.output)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: stage.path("token"))
            try await context(
                "martlet", "context", "set", "fleet", "--server", "https://127.0.0.1:\(server.operatorPort)",
                "--token-file", stage.path("server/admin.token"), "--root-certificate",
                stage.path("server/pki/root.pem")
            ).expect(0)
        }

        /// Runs one of our executables with an operator's configuration of its own.
        func context(_ program: String, _ arguments: String...) async throws -> Outcome {
            try await Outcome.of(
                URL(fileURLWithPath: "/usr/bin/env"),
                ["MARTLET_CONFIG=\(stage.path("config.yaml"))", Products.executable(program).path] + arguments)
        }

        /// The reports of the steps.
        func fleet(_ scenario: String, _ arguments: String...) async throws -> [JSONValue] {
            try stage.write("scenario.yaml", scenario)
            return try await run(stage.path("scenario.yaml"), arguments)
        }

        func run(_ scenario: String, _ arguments: [String]) async throws -> [JSONValue] {
            let outcome = try await Outcome.of(
                URL(fileURLWithPath: "/usr/bin/env"),
                [
                    "MARTLET_CONFIG=\(stage.path("config.yaml"))", Products.executable("martlet-fleet").path, scenario,
                    "--server", "127.0.0.1:\(server.agentPort)", "--root-certificate",
                    stage.path("server/pki/root.pem"), "--directory", stage.path("fleet"), "--token-file",
                    stage.path("token"), "-o", "json",
                ] + arguments)
            try outcome.expect(0)
            return try outcome.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        }
    }

    @Test(.tags(.R01, .R02)) func `a fleet in two processes joins, applies a policy, runs a task and ends in order`()
        async throws
    {
        let place = try await Place()
        let scenarios = Products.root.appendingPathComponent("Benchmarks/Fleet/scenarios")
        let push = try await place.run(
            scenarios.appendingPathComponent("policy-push.yaml").path, ["--devices", "30", "--processes", "2"])
        #expect(push.last?["step"] == "stop")
        let applied = push.first { $0["step"] == "wait: applied" }
        #expect(applied?["status"]?["applied"] == 30)
        #expect(applied?["times"]?["count"] == 30)
        // The same devices, from their stores: nobody joins anew.
        let fan = try await place.run(
            scenarios.appendingPathComponent("task-fan-out.yaml").path, ["--devices", "30", "--processes", "2"])
        #expect(fan.first { $0["step"] == "wait: ran" }?["status"]?["ran"] == 30)
        let devices = try await place.server.get("devices")
        #expect(devices.count == 30)
        #expect(devices.allSatisfy { $0["status"]?["presence"] != "connected" })
        let runs = try await place.server.get("runs")
        #expect(runs.count { $0["status"]?["state"] == "succeeded" } == 30)
    }

    @Test(.tags(.R16)) func `copies get identities of their own, wrong clocks and peers that stall lose no event`()
        async throws
    {
        let place = try await Place()
        let steps = try await place.fleet(
            """
            name: troubles
            devices: 20
            arrive: 2s
            troubles: {clones: 2, skewedClocks: {share: 0.5, by: 24h}, stalled: 5, slow: 5}
            steps:
              - {wait: synchronised, atMost: 60s}
              - emit: {count: 440, bytes: 50}
              - {wait: drained, atMost: 180s}
              - {wait: connected, atMost: 180s}
            """, "--addresses", "3")
        #expect(steps.last?["status"]?["becameOthers"] == 2)
        #expect(try await place.server.get("devices").count == 22)
        #expect(try await place.server.events(type: "fleet.event").count == 440)
    }

    @Test func `a goal that devices do not reach is named, with how many and why, and fails the fleet`() async throws {
        let place = try await Place()
        try place.stage.write(
            "scenario.yaml",
            "name: never\ndevices: 3\narrive: 1s\nsteps:\n  - {wait: ran, atMost: 1s}\n  - pause: never\n")
        let outcome = try await place.context(
            "martlet-fleet", place.stage.path("scenario.yaml"), "--server", "127.0.0.1:\(place.server.agentPort)",
            "--root-certificate", place.stage.path("server/pki/root.pem"), "--directory", place.stage.path("fleet"),
            "--token-file", place.stage.path("token"))
        #expect(outcome.code == 1)
        #expect(outcome.output.contains("3 of 3 devices: not ran after 1 s"), "\(outcome.output)")
        #expect(!outcome.output.contains("pause"))
    }

    @Test func `a scenario with a mistake is refused with its place`() async throws {
        let stage = try Stage(plugins: [])
        try stage.write("scenario.yaml", "name: a\nsteps:\n  - wiat: connected\n")
        let outcome = try await stage.run(
            "martlet-fleet",
            [stage.path("scenario.yaml"), "--server", "127.0.0.1:1", "--root-certificate", stage.path("none.pem")])
        #expect(outcome.code == 5)
        #expect(outcome.errors.contains("scenario.yaml:3:"), "\(outcome.errors)")
    }
}
