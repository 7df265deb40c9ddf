import DeviceProtocol
import OpAMP
import ServerCore

/// What a device sends over its WebSocket: framing, the message, our frame in it, its batches of events.
package enum OpAMPAgentFuzz {
    package static func run(_ bytes: [UInt8]) {
        guard let message: OpAMPAgentToServer = try? OpAMPFraming.decode(bytes, limit: OpAMPLimits.serverBytes) else {
            return
        }
        WireFuzz.repeats(message)
        // The certificate says who it is; here it says what the message says, so that more is read.
        let nobody = [UInt8](repeating: 1, count: Identifier.size)
        guard let device = DeviceUID(Array(message.instanceUid)) ?? DeviceUID(nobody),
            let report = try? AgentReport(message, from: device)
        else { return }
        _ = (report.saysStranger, report.asksForIdentity, report.hasStateParts)
        if let frame = report.frame { AgentFrameFuzz.judge(frame) }
    }
}
