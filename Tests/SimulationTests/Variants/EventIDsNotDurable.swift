import AgentCore
import Simulation

/// Forgets with each start what plugins said before.
struct EventIDsNotDurable: Sabotage {
    func started(_ store: AgentStore) async throws { try await store.script("DELETE FROM event_id") }
}
