import AgentCore
import Simulation

/// Sets its timer two hours too late.
struct Oversleeps: Sabotage {
    func actions(
        _ actions: [ConnectionMachine.Action], after input: ConnectionMachine.Input, now: Int64
    ) -> [ConnectionMachine.Action] {
        actions.map { action in
            if case .setTimer(let at) = action, at > now + 60_000_000 {
                .setTimer(at: at + 7_200_000_000)
            } else {
                action
            }
        }
    }
}
