import AgentCore
import Simulation

/// Loses with each start the events that were not yet told.
struct SpoolNotDurable: Sabotage {
    func started(_ store: AgentStore) async throws { try await store.script("DELETE FROM event") }
}
