package import DeviceProtocol
package import OpAMP
import SwiftProtobuf

/// One message from a device with our own frame opened.
package struct AgentReport: Sendable {
    package var message: OpAMPAgentToServer
    /// nil for a stranger: something that speaks OpAMP and is not Martlet's agent.
    package var frame: WireAgentFrame?

    /// Throws when the frame cannot be read, or when an agent of ours takes another device's name than its certificate's:
    /// nothing of such a message is used. A stranger's `instance_uid` is its own affair.
    package init(_ message: OpAMPAgentToServer, from device: DeviceUID) throws(CoreError) {
        self.message = message
        guard message.hasCustomMessage, message.customMessage.capability == DeviceCapability.name else { return }
        guard message.customMessage.type == DeviceCapability.agentFrame else { return }
        do {
            frame = try WireAgentFrame(serializedBytes: message.customMessage.data)
        } catch {
            throw CoreError(.invalid, "the AgentFrame cannot be read: \(error)", cause: error)
        }
        guard Array(message.instanceUid) == device.bytes else {
            let named = DeviceUID(Array(message.instanceUid)).map { "\($0)" } ?? "\(message.instanceUid.count) bytes"
            throw CoreError(.invalid, "instance_uid: expected \(device), as the certificate says, got \(named)")
        }
        if let problem = frame.flatMap(Self.problem) { throw CoreError(.invalid, problem) }
    }

    /// Why a frame is not one of an agent of ours.
    private static func problem(with frame: WireAgentFrame) -> String? {
        if Set(frame.events.map(\.stream)).count < frame.events.count { return "events: expected one batch per stream" }
        if frame.startCounter > 0, !(8...Identifier.size).contains(frame.startID.count) {
            return "start_id: expected 8 to \(Identifier.size) bytes, got \(frame.startID.count)"
        }
        return nil
    }

    /// Whether its sender is a stranger, as far as this message tells: an agent of ours that says who it is has a frame,
    /// and only some of its other messages have none.
    package var saysStranger: Bool? { frame != nil ? false : message.hasAgentDescription ? true : nil }

    package var asksForIdentity: Bool {
        message.flags & UInt64(OpAMPAgentToServerFlags.requestInstanceUid.rawValue) != 0
    }

    /// Whether it says anything about the device's state beyond that it lives.
    package var hasStateParts: Bool {
        message.hasAgentDescription || message.hasHealth || message.hasEffectiveConfig
            || frame?.applied.isEmpty == false
    }
}
