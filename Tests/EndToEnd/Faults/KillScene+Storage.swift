import DesiredState
import Foundation
import TestStage
import Testing

extension KillScene {
    /// Starts the process again with its data on a small disk.
    func onSmallDisk(_ victim: Victim) async throws -> SmallDisk {
        let name = victim == .agent ? "web1" : "server"
        if victim == .agent { await agent.stop() } else { await server.stop() }
        let disk = try await SmallDisk(stage.path(name))
        if victim == .agent { try await startAgent() } else { try await startServer() }
        try await settle(through: 200)
        return disk
    }

    /// The agent does not store what the plugin emits, confirms none of it, and says why.
    func expectNothingStored(because reason: String) async throws {
        let confirmed = journal.confirmed
        try journal.allow(more: 200)
        try await eventually("the agent says: \(reason)\n\(diagnosis)", within: 60) {
            self.agent.process.text.contains(reason)
        }
        #expect(journal.emitted > confirmed && journal.confirmed == confirmed, "the plugin was not told it is stored")
    }

    /// The server stores nothing, receipts nothing, and says why; the agent keeps what the plugin emits.
    func expectServerRefuses(because reason: String) async throws {
        let stored = try audit.stored
        try journal.allow(more: 200)
        let all = journal.allowed
        try await eventually("the server says: \(reason)\n\(diagnosis)", within: 60) {
            self.server.process.text.contains(reason)
        }
        try await eventually("the agent keeps them\n\(diagnosis)", within: 60) { self.journal.confirmed == all }
        #expect(try audit.stored == stored && audit.spooled >= 200)
    }

    /// Whatever it was has passed: all arrives, once.
    func expectWell() async throws {
        try await settle()
        #expect(try audit.missing == [])
        #expect(try audit.doubled == [])
        let plugin = try await agent.plugin("martlet.fixture")
        #expect(plugin["host"] == "running" && plugin["restarts"] == 0)
    }
}
