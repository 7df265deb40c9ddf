import DesiredState
import Foundation
import TestStage
import Testing

/// More than the spool holds while nobody takes it.
@Suite(.tags(.R16)) struct SpoolBoundTests {
    @Test func `a spool at its bound drops the least severe, counts them, and delivers what is severe first`()
        async throws
    {
        let scene = try await KillScene.open()
        let server = scene.server
        try await Self.task("severe", "{count: 50, severity: 4}", server)
        try await Self.task("flood", "{count: \(Self.flood), severity: 1, size: 7000, first: 1000}", server)
        // The runs begin, then nobody takes what they emit.
        for name in ["flood", "severe"] { try await server.operate("run", name, "--device", "web1") }
        try await eventually("both have begun\n\(scene.diagnosis)") {
            try scene.audit.agent.number("SELECT count(*) FROM run WHERE task_name IN ('flood', 'severe')") == 2
        }
        try await ProcessState.stop(server.process.pid)
        try await eventually("all is emitted\n\(scene.diagnosis)", within: 180) {
            try scene.audit.agent.number("SELECT count(*) FROM run WHERE phase = 3") == 2
        }
        let database = scene.audit.agent
        let bytes = try database.number("SELECT sum(bytes) FROM event")
        // The event that counts the loss comes on top.
        #expect(bytes <= (64 << 20) + 512, "the bound")
        let dropped = try database.number(
            "SELECT sum(json_extract(CAST(data AS TEXT), '$.total')) FROM event WHERE type = 'events.dropped'")
        #expect(dropped > 0)
        Glibc.kill(server.process.pid, SIGCONT)
        try await eventually("what is severe has arrived\n\(scene.diagnosis)", within: 60) {
            try scene.audit.server.number("SELECT count(*) FROM events WHERE severity = 4") == 50
        }
        // As long as it goes on: how fast 64 MiB are by debug programs, beside seven other tests, is the machine's.
        var left = Int64.max
        while left > 0 {
            let former = left
            left = try await eventually("the spool shrinks, of \(former)\n\(scene.diagnosis)") {
                let now = try scene.audit.spooled
                return now < former ? now : nil
            }
        }
        let arrived = try scene.audit.server.number(
            "SELECT count(*) FROM events WHERE type = 'fixture.number' AND severity = 1")
        let counted = try scene.audit.server.number(
            "SELECT sum(json_extract(data, '$.total')) FROM events WHERE type = 'events.dropped'")
        // Dropped ones that were on their way, one batch, may have arrived all the same.
        #expect((Self.flood...Self.flood + 3).contains(arrived + counted), "each is there or counted")
    }

    /// Of 7 KiB each: more than 64 MiB.
    private static let flood: Int64 = 11_000

    private static func task(_ name: String, _ parameters: String, _ server: StageServer) async throws {
        try await server.apply(
            """
            apiVersion: martlet/v1
            kind: Task
            metadata: {name: \(name)}
            spec:
              application: martlet.fixture
              task: emit
              parameters: \(parameters)
              scope: {group: root}
              schedule: {manual: true}
            """)
    }
}
