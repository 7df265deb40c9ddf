import DeviceProtocol
import FoundationEssentials
import Simulation

/// The server does not look at what a batch lies on.
struct BaseNotChecked: Sabotage {
    func judged(_ batch: inout WireEventBatch) {
        batch.baseNumber = 0
        batch.baseDigest = .init()
    }
}
