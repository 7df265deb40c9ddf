import DesiredState
import Foundation
import TestStage
import Testing

/// No descriptor is left: what cannot be done is said, and all is well once there are some again.
@Suite(.tags(.R16, .R23)) struct DescriptorTests {
    @Test func `an agent without descriptors says so and is itself again once it has some`() async throws {
        let scene = try await KillScene.open()
        let pid = scene.agent.process.pid
        let host = try await scene.pid(of: .host)
        let limit = try DescriptorLimit(pid)
        try await limit.exhaust()
        // A lost process of a plugin cannot be replaced; a lost connection neither.
        kill(host, SIGKILL)
        await scene.server.stop(signal: SIGKILL)
        try await scene.startServer()
        let reasons = ["Too many open files", "errno: 24"]
        try await eventually("the log says which\n\(scene.diagnosis)", within: 60) {
            let text = scene.agent.process.text
            return text.contains("martlet.fixture") && reasons.contains { text.contains($0) }
        }
        #expect(scene.agent.process.isRunning)
        try await limit.restore()
        try await eventually(
            "the plugin runs, also after more failed starts than a plugin may have\n\(scene.diagnosis)", within: 90
        ) {
            try await scene.agent.plugin("martlet.fixture")["host"] == "running"
        }
        try await scene.settle(through: 200)
        #expect(try scene.audit.missing == [] && scene.audit.doubled == [])
    }

    @Test func `a server without descriptors keeps whom it has and takes others once it has some`() async throws {
        let scene = try await KillScene.open()
        let limit = try DescriptorLimit(scene.server.process.pid)
        try await eventually("an operator's new connection is not taken", within: 60) {
            // What was open for a moment when the limit was set leaves a number below it when it is closed.
            try await limit.exhaust()
            return try await scene.server.martlet(["get", "devices", "--timeout", "3s"]).code != 0
        }
        try scene.journal.allow(more: 200)
        let all = scene.journal.allowed
        try await eventually("a connection that was open goes on\n\(scene.diagnosis)") {
            try scene.audit.stored == Int64(all)
        }
        try await limit.restore()
        try await eventually("an operator is let in\n\(scene.diagnosis)", within: 60) {
            try await scene.server.martlet(["get", "devices", "--timeout", "3s"]).code == 0
        }
        try await scene.expectWell()
    }
}
