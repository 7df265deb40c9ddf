import AgentCore
import Simulation

/// Forgets with each start which runs it began and which orders it answered.
struct JournalNotDurable: Sabotage {
    func started(_ store: AgentStore) async throws {
        try await store.script("DELETE FROM run; DELETE FROM order_reply")
    }
}
