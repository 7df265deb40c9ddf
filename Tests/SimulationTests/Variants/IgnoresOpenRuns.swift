import DeviceProtocol
import Simulation

/// Says nothing of runs that the server knows and it does not.
struct IgnoresOpenRuns: Sabotage {
    var touchesFrames: Bool { true }

    func heard(_ frame: inout WireServerFrame) { frame.openRuns = [] }
}
