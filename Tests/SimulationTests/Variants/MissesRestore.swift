import DeviceProtocol
import FoundationEssentials
import Simulation

/// Does not notice that the server's store is another.
struct MissesRestore: Sabotage {
    var touchesFrames: Bool { true }

    func heard(_ frame: inout WireServerFrame) { frame.storeEpoch = .init() }
}
