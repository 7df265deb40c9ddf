import DesiredState
import Foundation
import TestStage
import Testing

@Suite(.tags(.R10)) struct ReloadTests {
    @Test func `another wake port takes effect without a restart`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server, settings: ["wake": "{enabled: false}"])
        try await agent.synchronised()
        #expect(try await agent.status()["wakePort"] == 0)
        try StageAgent.configure(stage, name: "web1", port: server.agentPort)
        agent.process.signal(SIGHUP)
        let port: Int64 = try await eventually("it listens\n\(agent.process.text.suffix(500))") {
            let port = try await agent.status()["wakePort"]?.integerValue ?? 0
            return port > 0 ? port : nil
        }
        try await eventually("the server knows") {
            try await server.device("web1")["status"]?["udpPort"]?.integerValue == port
        }
        try await server.operate("sync", "web1", "--wait")
    }

    @Test func `a configuration that cannot be used changes nothing`() async throws {
        let stage = try Stage()
        let server = try await stage.server()
        let agent = try await StageAgent.join(server)
        try await agent.synchronised()
        try stage.write("web1.yaml", "server: {host: 127.0.0.1, port: many}\n")
        agent.process.signal(SIGHUP)
        try await eventually("it says so") {
            agent.process.text.contains("was not reloaded") && agent.process.text.contains("/server/port")
        }
        try StageAgent.configure(stage, name: "web1", port: server.agentPort)
        try await server.operate("sync", "web1", "--wait")
    }
}
