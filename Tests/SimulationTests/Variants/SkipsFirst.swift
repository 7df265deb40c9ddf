import DeviceProtocol
import Simulation

/// The server receipts a batch without having stored its first event.
struct SkipsFirst: Sabotage {
    func judged(_ batch: inout WireEventBatch) {
        if batch.events.count > 1 { batch.events.removeFirst() }
    }
}
