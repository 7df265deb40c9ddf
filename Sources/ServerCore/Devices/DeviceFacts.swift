package import DeviceProtocol

/// What an exchange needs to know of a device, as of the last commit. A copy of rows: a restart may forget it.
package struct DeviceFacts: Sendable, Equatable {
    package var uid: DeviceUID
    package var standing: DeviceStanding
    package var group: String
    package var place: DevicePlace
    package var intents: DeviceIntents
    package var address: String?
    package var transport: String?
    package var capabilities: UInt64
    /// It speaks OpAMP and is not Martlet's agent.
    package var isStranger: Bool
    /// A stranger's own, as it last said it.
    package var instanceUID: [UInt8]?
    package var sequence: UInt64
    package var starts: DeviceStarts
    package var hold: DeviceHold?
    package var cloneAction: CloneAction
    /// The address that the device's group wants it to use, and the offer that it last told of.
    package var serverAddress: String?
    package var serverAddressRevision: Int64
    /// When a copy of the device was last given an identity of its own.
    package var splitAt: Int64
    package var connectionHash: [UInt8]?
    package var connectionStatus: String?
    package var stateDigest: [UInt8]?
    package var udpPort: UInt16
    package var udpKeyID: UInt32
    /// While a key is replaced; 0 for none.
    package var udpPreviousKeyID: UInt32
    package var udpKeyConfirmed: UInt32
    package var inventoryHash: [UInt8]?
    /// nil until the device's document was compiled once.
    package var documentHash: [UInt8]?
    package var reportedHash: [UInt8]?
    package var reportedStatus: String?
    package var reportedError: String?
    package var refusedReason: String?
    package var refusedUntil: Int64?
    package var pendingOrders: [PendingOrder]
    /// Runs that the device took, without an end: those of orders that it has not answered are not among them.
    package var openRuns: [Identifier]
    /// Serial of the certificate that was used last, and all that are known.
    var certificate: String?
    var certificates: [CertificateUse.Known]
}

extension DeviceFacts {
    /// What is known of a device that was never met.
    package static func unmet(_ uid: DeviceUID, intents: DeviceIntents, udpKeyID: UInt32) -> DeviceFacts {
        DeviceFacts(
            uid: uid, standing: .active, group: "root",
            place: DevicePlace(group: "root", placedBy: DevicePlacement.enrollment.rawValue, because: ""),
            intents: intents, address: nil, transport: nil,
            capabilities: 0, isStranger: false, instanceUID: nil, sequence: 0, starts: DeviceStarts(), hold: nil,
            cloneAction: .hold, serverAddress: nil,
            serverAddressRevision: 0, splitAt: 0, connectionHash: nil, connectionStatus: nil, stateDigest: nil,
            udpPort: 0, udpKeyID: udpKeyID,
            udpPreviousKeyID: 0, udpKeyConfirmed: 0, inventoryHash: nil, documentHash: nil, reportedHash: nil,
            reportedStatus: nil, reportedError: nil, refusedReason: nil, refusedUntil: nil, pendingOrders: [],
            openRuns: [],
            certificate: nil, certificates: [])
    }
}
