import AgentCore
import Simulation

/// Forgets with each start which wakes it took.
struct WakeCounterNotDurable: Sabotage {
    func started(_ store: AgentStore) async throws {
        try await store.script("DELETE FROM fact WHERE key = 'wakeCounter'")
    }
}
