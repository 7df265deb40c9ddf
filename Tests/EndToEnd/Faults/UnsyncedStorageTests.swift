import Foundation
import TestStage
import Testing

/// Kills after which storage has forgotten what was not synced. The same check that holds with SQLite's real settings
/// notices the loss when syncing is left out.
@Suite(.tags(.R16, .R23)) struct UnsyncedStorageTests {
    @Test func `what was confirmed is still there after kills that cost everything unsynced`() async throws {
        let scene = try await KillScene.open()
        let storage = try await scene.onUnsyncedStorage([.agent: [:], .server: [:]])
        for _ in 0..<(Soak.isOn ? 10 : 2) {
            for victim in [Victim.agent, .server] {
                try await scene.startRun(before: victim)
                try await scene.confirmWhileServerIsStopped(300)
                try await scene.kill(victim, more: 300) {
                    let rolledBack = try await storage[victim]?.rollBack() ?? ""
                    #expect(try scene.audit.missing == [], "the \(victim) was killed; \(rolledBack)")
                }
            }
        }
        try await scene.settle(through: 5_000)
        #expect(try scene.audit.missing == [])
        #expect(try scene.audit.doubled == [])
        try await scene.expectRuns()
    }

    @Test func `an agent that does not sync its spool is found out`() async throws {
        let scene = try await KillScene.open()
        let storage = try await scene.onUnsyncedStorage([.agent: ["MARTLET_DEBUG_SYNCHRONOUS": "NORMAL"]])
        try await scene.confirmWhileServerIsStopped(300, resume: false)
        await scene.agent.stop(signal: SIGKILL)
        let rolledBack = try await storage[.agent]?.rollBack() ?? ""
        #expect(try !scene.audit.missing.isEmpty, "the check would not notice a loss; \(rolledBack)")
    }

    @Test func `a server that does not sync its store is found out`() async throws {
        let scene = try await KillScene.open()
        let storage = try await scene.onUnsyncedStorage([.server: ["MARTLET_DEBUG_SYNCHRONOUS": "NORMAL"]])
        try await scene.settle(through: 300)
        await scene.server.stop(signal: SIGKILL)
        let rolledBack = try await storage[.server]?.rollBack() ?? ""
        #expect(try !scene.audit.missing.isEmpty, "the check would not notice a loss; \(rolledBack)")
    }
}
