import DeviceProtocol
import FoundationEssentials
import Simulation

/// Two agents under one identity say the same start id.
struct SaysNoStart: Sabotage {
    var touchesFrames: Bool { true }

    func said(_ frame: inout WireAgentFrame) {
        if frame.startCounter > 0 { frame.startID = .init(repeating: 9, count: 8) }
    }
}
