import AgentCore
import Simulation

/// Takes an event for a mere change, which travels with the next synchronisation.
struct EventsWait: Sabotage {
    func input(_ input: ConnectionMachine.Input) -> ConnectionMachine.Input {
        if case .due(.event) = input { .due(.change) } else { input }
    }
}
