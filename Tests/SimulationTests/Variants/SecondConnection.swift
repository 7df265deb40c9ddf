import AgentCore
import Simulation

/// Makes a connection for an event, whatever it is doing.
struct SecondConnection: Sabotage {
    func actions(
        _ actions: [ConnectionMachine.Action], after input: ConnectionMachine.Input, now: Int64
    ) -> [ConnectionMachine.Action] {
        if case .due(.event) = input { actions + [.exchange(.event)] } else { actions }
    }
}
