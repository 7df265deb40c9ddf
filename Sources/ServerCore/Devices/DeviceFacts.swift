import DeviceProtocol

/// What an exchange needs to know of a device, as of the last commit. A copy of rows: a restart may forget it.
struct DeviceFacts: Sendable, Equatable {
    var uid: DeviceUID
    var standing: DeviceStanding
    var group: String
    var intents: DeviceIntents
    var address: String?
    var transport: String?
    var capabilities: UInt64
    var sequence: UInt64
    var starts: DeviceStarts
    var hold: DeviceHold?
    var cloneAction: CloneAction
    /// The address that the device's group wants it to use, and the offer that it last told of.
    var serverAddress: String?
    var connectionHash: [UInt8]?
    var connectionStatus: String?
    var stateDigest: [UInt8]?
    var udpPort: UInt16
    var udpKeyID: UInt32
    /// While a key is replaced; 0 for none.
    var udpPreviousKeyID: UInt32
    var udpKeyConfirmed: UInt32
    var inventoryHash: [UInt8]?
    /// nil until the device's document was compiled once.
    var documentHash: [UInt8]?
    var reportedHash: [UInt8]?
    var reportedStatus: String?
    var reportedError: String?
    var refusedReason: String?
    var refusedUntil: Int64?
    var pendingOrders: [PendingOrder]
    /// Serial of the certificate that was used last, and all that are known.
    var certificate: String?
    var certificates: [CertificateUse.Known]
}
