import DeviceProtocol
package import OpAMP

/// A message, and what becomes known to the server once it is acknowledged.
package struct OutgoingFrame: Sendable {
    package var message: OpAMPAgentToServer
    package var number: UInt64
    /// The composer's, when it was composed.
    var generation: Int
    var report: StateReport?
    var runs: [(id: RunID, revision: Int64)] = []
    var answers: [[UInt8]] = []
    var inventory: SoftwareList?
    var statistics = false
    /// Digest of what it says of packages.
    var packages: [UInt8]?
    var offerOutcome: ConnectionOfferOutcome?
    var udpKeyID: UInt32 = 0
    var udpPort: UInt16 = 0
    /// Whether it says anything beyond that the device is there.
    package var saysSomething = false
}
