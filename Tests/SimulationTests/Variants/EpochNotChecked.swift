import DeviceProtocol
import FoundationEssentials
import Simulation

/// The server takes all epochs of a stream for one.
struct EpochNotChecked: Sabotage {
    func judged(_ batch: inout WireEventBatch) { batch.epoch = .init(repeating: 1, count: 16) }
}
