import Foundation
import TestStage

extension KillScene {
    /// Starts these processes again on storage that forgets, with more of an environment for each.
    func onUnsyncedStorage(_ processes: [Victim: [String: String]]) async throws -> [Victim: UnsyncedStorage] {
        var storages: [Victim: UnsyncedStorage] = [:]
        for (victim, more) in processes {
            let storage = try await UnsyncedStorage(stage, of: victim == .agent ? "web1" : "server")
            environment[victim] = storage.environment.merging(more) { _, new in new }
            storages[victim] = storage
            if victim == .agent {
                await agent.stop()
                try await startAgent()
            } else {
                await server.stop()
                try await startServer()
            }
        }
        return storages
    }

    /// Has the plugin told that so many further events are stored, by the agent alone.
    func confirmWhileServerIsStopped(_ count: UInt64, resume: Bool = true) async throws {
        let pid = server.process.pid
        try await ProcessState.stop(pid)
        try journal.allow(more: count)
        let wanted = journal.allowed
        try await eventually("\(wanted) are confirmed\n\(diagnosis)", within: 60) { self.journal.confirmed == wanted }
        if resume { Glibc.kill(pid, SIGCONT) }
    }
}
