import Foundation
import TestStage
import Testing

/// What an administrator gets wrong on the server's own machine.
@Suite struct ServerCommandTests {
    private static func server(_ arguments: String...) async throws -> Outcome {
        try await Outcome.of(Products.executable("martlet-server"), arguments)
    }

    @Test func `wrong usage exits with 2`() async throws {
        try await Self.server("run", "--colour", "red").expect(2)
        try await Self.server("run", "--log-level", "loud").expect(2)
        try await Self.server("--help").expect(0)
    }

    @Test func `a configuration that was named and is not there is refused`() async throws {
        let stage = try Stage()
        let outcome = try await Self.server("run", "--config", stage.path("none.yaml"))
        try outcome.expect(5)
        #expect(outcome.errors.contains("--config \(stage.path("none.yaml")): there is no such file"))
    }

    @Test func `what was not initialised says how`() async throws {
        let stage = try Stage()
        try stage.write("server.yaml", "dataDirectory: \(stage.path("server"))\n")
        for command in [["run"], ["device", "revoke", "x"]] {
            let outcome = try await Outcome.of(
                Products.executable("martlet-server"), command + ["--config", stage.path("server.yaml")])
            try outcome.expect(3)
            #expect(outcome.errors.contains("run \"martlet-server init\" first"), "\(outcome.errors)")
        }
    }

    @Test(arguments: ["agents", "operators"]) func `a port in use is named with its setting`(
        listener: String
    ) async throws {
        let first = try Stage()
        let running = try await first.server()
        let stage = try Stage()
        let port = listener == "agents" ? running.agentPort : running.operatorPort
        let ports = ["agents": 0, "operators": 0].merging([listener: port]) { _, new in new }
        try stage.write(
            "server.yaml",
            """
            dataDirectory: \(stage.path("server"))
            agents: {host: 127.0.0.1, port: \(ports["agents"] ?? 0)}
            operators: {host: 127.0.0.1, port: \(ports["operators"] ?? 0)}
            pluginsDirectory: \(stage.path("nowhere"))
            """)
        try await Self.server("init", "--config", stage.path("server.yaml"), "--name", "127.0.0.1").expect(0)
        let outcome = try await Self.server("run", "--config", stage.path("server.yaml"))
        try outcome.expect(1)
        #expect(
            outcome.errors.contains(
                "martlet-server: 127.0.0.1, port \(port), is in use by another program; say another \(listener).port"),
            "\(outcome.errors)")
        #expect(outcome.errors.contains("so no policy or task can be applied"))
    }
}
