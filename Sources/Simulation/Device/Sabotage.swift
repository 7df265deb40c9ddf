package import AgentCore
package import DeviceProtocol
package import ServerCore

/// Breaks one machine in one way, to show that an invariant notices. The default of each method breaks nothing.
package protocol Sabotage: Sendable {
    /// What the connection machine is told.
    func input(_ input: ConnectionMachine.Input) -> ConnectionMachine.Input
    /// The random number that goes with it.
    func random(_ fraction: Double, for input: ConnectionMachine.Input) -> Double
    /// What the connection machine wants done.
    func actions(
        _ actions: [ConnectionMachine.Action], after input: ConnectionMachine.Input, now: Int64
    ) -> [ConnectionMachine.Action]
    /// What the agent sends.
    func said(_ frame: inout WireAgentFrame)
    /// What the agent understands.
    func heard(_ frame: inout WireServerFrame)
    /// Once an agent has started, before anything else.
    func started(_ store: AgentStore) async throws
    /// A batch as the server's intake gets it.
    func judged(_ batch: inout WireEventBatch)
    /// What the intake knows of the batch's stream.
    func knows(_ held: inout EventIntake.Held, of batch: WireEventBatch)
    /// A receipt as the server sends it.
    func receipted(_ receipt: inout WireStreamReceipt)
    /// Whether the server holds connections back at all.
    var admitsAll: Bool { get }
    /// Whether frames pass through `said` and `heard`, which costs a decoding each.
    var touchesFrames: Bool { get }
}

extension Sabotage {
    package func input(_ input: ConnectionMachine.Input) -> ConnectionMachine.Input { input }
    package func random(_ fraction: Double, for input: ConnectionMachine.Input) -> Double { fraction }
    package func actions(
        _ actions: [ConnectionMachine.Action], after input: ConnectionMachine.Input, now: Int64
    ) -> [ConnectionMachine.Action] { actions }
    package func said(_ frame: inout WireAgentFrame) {}
    package func heard(_ frame: inout WireServerFrame) {}
    package func started(_ store: AgentStore) async throws {}
    package func judged(_ batch: inout WireEventBatch) {}
    package func knows(_ held: inout EventIntake.Held, of batch: WireEventBatch) {}
    package func receipted(_ receipt: inout WireStreamReceipt) {}
    package var admitsAll: Bool { false }
    package var touchesFrames: Bool { false }
}
