import DeviceProtocol
import Simulation

/// Goes on under its old numbers when the server holds another history.
struct KeepsEpoch: Sabotage {
    var touchesFrames: Bool { true }

    func heard(_ frame: inout WireServerFrame) {
        for index in frame.receipts.indices { frame.receipts[index].newEpoch = false }
    }
}
