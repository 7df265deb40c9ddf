import DeviceProtocol
import ServerCore
import Simulation

/// The server takes a repeated number for the event that it holds, whatever its digest.
struct OverlapNotChecked: Sabotage {
    func knows(_ held: inout EventIntake.Held, of batch: WireEventBatch) {
        for event in batch.events where event.number <= held.mark.through {
            held.digests[event.number] = Array(event.digest)
            if event.number == held.mark.through { held.mark.digest = Array(event.digest) }
        }
    }
}
