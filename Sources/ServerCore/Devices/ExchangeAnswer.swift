package import DeviceProtocol
import Foundation
package import OpAMP
import ServerStore
import SwiftProtobuf

/// Everything an answer is made of; `message` puts it into OpAMP's words, leaving out what says nothing.
package struct ExchangeAnswer: Sendable {
    /// Orders of one answer; what is left over sets `more`.
    package static let mostOrders = 16
    /// Open runs that one answer asks about; the next connection asks about others.
    package static let mostOpenRuns = 64

    package var device: DeviceUID
    package var frame = WireServerFrame()
    package var asksFullState = false
    package var remoteConfig: OpAMPAgentRemoteConfig?
    package var packages: OpAMPPackagesAvailable?
    package var connectionSettings: OpAMPConnectionSettingsOffers?
    /// A stranger does not understand our frame, and is called by the id it gave itself.
    package var speaksMartlet = true
    package var instanceUID: [UInt8]?
    /// The stranger asked for an id: its device's.
    package var givesIdentity = false

    static let capabilities: UInt64 = [
        OpAMPServerCapabilities.acceptsStatus, .offersRemoteConfig, .acceptsEffectiveConfig,
        .offersPackages, .acceptsPackagesStatus,
        .offersConnectionSettings, .acceptsConnectionSettingsRequest,
    ].reduce(0) { $0 | UInt64($1.rawValue) }

    package init(device: DeviceUID) { self.device = device }

    package func message() throws -> OpAMPServerToAgent {
        var message = OpAMPServerToAgent()
        message.instanceUid = Data(instanceUID ?? device.bytes)
        if givesIdentity { message.agentIdentification.newInstanceUid = Data(device.bytes) }
        message.capabilities = Self.capabilities
        if asksFullState { message.flags = UInt64(OpAMPServerToAgentFlags.reportFullState.rawValue) }
        if let connectionSettings { message.connectionSettings = connectionSettings }
        if let remoteConfig { message.remoteConfig = remoteConfig }
        if let packages { message.packagesAvailable = packages }
        guard speaksMartlet else { return message }
        message.customMessage.capability = DeviceCapability.name
        message.customMessage.type = DeviceCapability.serverFrame
        message.customMessage.data = try frame.serializedBytes()
        return message
    }

    /// An answer that acknowledges nothing: nothing of the message was stored.
    package static func refusal(
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
