import AgentCore
import Simulation

/// Does not listen when the server says when to come back.
struct IgnoresHint: Sabotage {
    func input(_ input: ConnectionMachine.Input) -> ConnectionMachine.Input {
        switch input {
        case .exchangeFailed: .exchangeFailed(retryAfter: nil)
        case .persistentClosed(let clean, _): .persistentClosed(clean: clean, retryAfter: nil)
        default: input
        }
    }
}
