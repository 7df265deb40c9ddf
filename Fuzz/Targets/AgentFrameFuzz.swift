import DeviceProtocol
import ServerCore
import SwiftProtobuf

/// Our frame in a device's message, by itself, and what the server makes of its events.
package enum AgentFrameFuzz {
    package static func run(_ bytes: [UInt8]) {
        guard let frame = try? WireAgentFrame(serializedBytes: bytes) else { return }
        WireFuzz.repeats(frame)
        judge(frame)
    }

    static func judge(_ frame: WireAgentFrame) {
        for batch in frame.events {
            let first = EventIntake.judge(batch, held: EventIntake.Held())
            guard case .success(let intake) = first else { continue }
            precondition(intake.accepted.count + intake.refused.count <= batch.events.count, "more than came")
            // The same batch again, now that it is stored: nothing of it is new.
            let held = EventIntake.Held(mark: intake.mark)
            guard case .success(let again) = EventIntake.judge(batch, held: held) else { continue }
            precondition(again.accepted.isEmpty, "an event was taken twice")
        }
    }
}
