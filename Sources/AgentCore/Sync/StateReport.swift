import DesiredState
import DeviceProtocol
import FoundationEssentials
import OpAMP
import SwiftProtobuf

/// The device's whole state at one moment, as it is told to the server, with a digest per part.
struct StateReport: Sendable {
    static let digestSize = 16

    let description: OpAMPAgentDescription
    let health: OpAMPComponentHealth
    let effectiveConfig: OpAMPEffectiveConfig
    let configStatus: OpAMPRemoteConfigStatus
    let applied: [WireEntryResult]
    let digests: [StatePart: [UInt8]]
    let total: [UInt8]

    /// `former`: another report, whose digests serve where its parts are the same: to encode and hash a part costs many times what
    /// it takes to compare it, and hardly any changes from one frame to the next.
    init(
        description: OpAMPAgentDescription, health: OpAMPComponentHealth, effectiveConfig: OpAMPEffectiveConfig,
        configStatus: OpAMPRemoteConfigStatus, applied: [WireEntryResult], former: StateReport? = nil
    ) throws {
        self.description = description
        self.health = health
        self.effectiveConfig = effectiveConfig
        self.configStatus = configStatus
        self.applied = applied
        var digests = former?.digests ?? [:]
        if description != former?.description { digests[.description] = try Self.digest(description) }
        if health != former?.health { digests[.health] = try Self.digest(health) }
        if effectiveConfig != former?.effectiveConfig { digests[.effectiveConfig] = try Self.digest(effectiveConfig) }
        if configStatus != former?.configStatus { digests[.configStatus] = try Self.digest(configStatus) }
        if applied != former?.applied {
            digests[.applied] = try Self.digest(WireAgentFrame.with { $0.applied = applied })
        }
        self.digests = digests
        if let former, digests == former.digests {
            total = former.total
            return
        }
        let all = StatePart.allCases.flatMap { digests[$0] ?? [] }
        total = Array(Digest.sha256(all).prefix(Self.digestSize))
    }

    private static func digest(_ message: some Message) throws -> [UInt8] {
        var options = BinaryEncodingOptions()
        // Maps have no order of their own; without one the same state would look changed.
        options.useDeterministicOrdering = true
        let bytes: [UInt8] = try message.serializedBytes(options: options)
        return Digest.sha256(bytes)
    }

    /// Puts the chosen parts into a message.
    func write(_ parts: Set<StatePart>, to message: inout OpAMPAgentToServer, _ frame: inout WireAgentFrame) {
        if parts.contains(.description) { message.agentDescription = description }
        if parts.contains(.health) { message.health = health }
        if parts.contains(.effectiveConfig) { message.effectiveConfig = effectiveConfig }
        if parts.contains(.configStatus) { message.remoteConfigStatus = configStatus }
        if parts.contains(.applied) { frame.applied = applied }
    }
}
