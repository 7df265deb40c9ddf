import Foundation
import Testing

/// Agent, plugin host and server are killed at random and where it hurts most.
@Suite(.tags(.R14, .R16, .R23)) struct KillTests {
    private static let failpoints: [(name: String, victim: Victim)] = [
        ("spool-before-commit", .agent), ("spool-committed", .agent), ("server-before-commit", .server),
        ("server-committed", .server),
    ]

    @Test func `events arrive once and tasks run at most once, whatever is killed when`() async throws {
        let scene = try await KillScene.open()
        let (begun, kills) = (ContinuousClock.now, Soak.randomKills + Self.failpoints.count * Soak.killsPerFailpoint)
        let share = max(Soak.events / UInt64(kills + 1), 400)
        for victim in Soak.victims(Soak.randomKills) {
            try await scene.startRun(before: victim)
            try await scene.kill(victim, more: share)
        }
        for round in 0..<Soak.killsPerFailpoint {
            for failpoint in Self.failpoints {
                try await scene.kill(
                    at: failpoint.name, of: failpoint.victim, passages: round == 0 ? 0 : .random(in: 1...4), more: share
                )
            }
        }
        try await scene.settle(through: Soak.events)
        #expect(try scene.audit.missing == [])
        #expect(try scene.audit.doubled == [])
        #expect(scene.journal.confirmed >= Soak.events)
        try await scene.expectRuns()
        print("\(scene.kills.count) kills, \(scene.journal.confirmed) events, in \(ContinuousClock.now - begun)")
    }
}
