import DeviceProtocol
import ServerCore
import Simulation

/// The server does not look for renumbered events among those it holds.
struct IDsNotChecked: Sabotage {
    func knows(_ held: inout EventIntake.Held, of batch: WireEventBatch) { held.ids = [] }
}
