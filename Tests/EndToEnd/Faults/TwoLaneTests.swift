import Foundation
import TestStage
import Testing

/// Events and control do not wait for each other.
@Suite(.tags(.R16, .R18, .R23)) struct TwoLaneTests {
    @Test func `an order reaches one plugin and returns while another floods the spool at its limit`() async throws {
        let scene = try await KillScene.open(size: 4_000) { try await SecondFixture.install(in: $0) }
        try scene.journal.allow(through: 10_000_000)
        try await eventually("the spool is at its limit\n\(scene.diagnosis)", within: 180) {
            try scene.audit.agent.number("SELECT count(*) FROM event WHERE type = 'events.dropped'") > 0
        }
        let (begun, stored) = (ContinuousClock.now, try scene.audit.stored)
        for action in ["stop", "start", "restart", "stop", "start"] {
            try await scene.server.operate("app", action, SecondFixture.id, "--device", "web1", "--wait")
        }
        let seconds = (ContinuousClock.now - begun) / .seconds(1)
        let rate = Double(try scene.audit.stored - stored) * 4_096 / seconds
        #expect(try scene.audit.spooled > 1_000 && rate > 0, "the flood went on meanwhile")
        #expect(
            try scene.audit.server.number("SELECT count(*) FROM orders WHERE kind LIKE '%control%' AND status = 'done'")
                == 5)
        let latencies = try scene.audit.server.numbers(
            "SELECT replied_at - created_at FROM orders WHERE status = 'done' ORDER BY replied_at DESC LIMIT 5"
        ).sorted().map { "\($0 / 1_000)" }
        print(
            """
            control latency while events flood: \(latencies.joined(separator: ", ")) ms; \
            events were stored at \(Int(rate / 1_024)) KiB/s, at which the 16 KiB of one batch take \
            \(Int(16_384_000 / rate)) ms and the 64 KiB that may be unacknowledged \(Int(65_536_000 / rate)) ms
            """)
    }
}
