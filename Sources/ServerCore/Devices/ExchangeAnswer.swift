import DeviceProtocol
import Foundation
import OpAMP
import ServerStore
import SwiftProtobuf

/// Everything an answer is made of; `message` puts it into OpAMP's words, leaving out what says nothing.
struct ExchangeAnswer: Sendable {
    /// Orders of one answer; what is left over sets `more`.
    static let mostOrders = 16

    var device: DeviceUID
    var frame = WireServerFrame()
    var asksFullState = false
    var remoteConfig: OpAMPAgentRemoteConfig?
    var connectionSettings: OpAMPConnectionSettingsOffers?
    /// A stranger does not understand our frame.
    var speaksMartlet = true

    static let capabilities: UInt64 = [
        OpAMPServerCapabilities.acceptsStatus, .offersRemoteConfig, .acceptsEffectiveConfig,
        .offersConnectionSettings, .acceptsConnectionSettingsRequest,
    ].reduce(0) { $0 | UInt64($1.rawValue) }

    func message() throws -> OpAMPServerToAgent {
        var message = OpAMPServerToAgent()
        message.instanceUid = Data(device.bytes)
        message.capabilities = Self.capabilities
        if asksFullState { message.flags = UInt64(OpAMPServerToAgentFlags.reportFullState.rawValue) }
        if let connectionSettings { message.connectionSettings = connectionSettings }
        if let remoteConfig { message.remoteConfig = remoteConfig }
        guard speaksMartlet else { return message }
        message.customMessage.capability = DeviceCapability.name
        message.customMessage.type = DeviceCapability.serverFrame
        message.customMessage.data = try frame.serializedBytes()
        return message
    }

    /// An answer that acknowledges nothing: nothing of the message was stored.
    static func refusal(
        _ device: DeviceUID, _ type: OpAMPServerErrorResponseType, _ text: String, retryAfterSeconds: UInt64? = nil
    ) -> OpAMPServerToAgent {
        var message = OpAMPServerToAgent()
        message.instanceUid = Data(device.bytes)
        message.errorResponse.type = type
        message.errorResponse.errorMessage = text
        if let retryAfterSeconds {
            message.errorResponse.retryInfo.retryAfterNanoseconds = retryAfterSeconds * 1_000_000_000
        }
        return message
    }
}
