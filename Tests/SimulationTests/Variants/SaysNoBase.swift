import DeviceProtocol
import FoundationEssentials
import Simulation

/// Sends events without saying on what they lie.
struct SaysNoBase: Sabotage {
    var touchesFrames: Bool { true }

    func said(_ frame: inout WireAgentFrame) {
        for index in frame.events.indices {
            frame.events[index].baseNumber = 0
            frame.events[index].baseDigest = .init()
        }
    }
}
