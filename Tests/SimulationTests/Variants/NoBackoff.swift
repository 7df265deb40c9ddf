import AgentCore
import Simulation

/// Comes back at once after a failure.
struct NoBackoff: Sabotage {
    func random(_ fraction: Double, for input: ConnectionMachine.Input) -> Double {
        if case .exchangeFailed = input { 0 } else { fraction }
    }
}
