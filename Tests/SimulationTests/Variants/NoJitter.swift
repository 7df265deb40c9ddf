import AgentCore
import Simulation

/// Waits for the middle of the reconnect window, as all others do.
struct NoJitter: Sabotage {
    func random(_ fraction: Double, for input: ConnectionMachine.Input) -> Double {
        if case .persistentClosed = input { 0.5 } else { fraction }
    }
}
