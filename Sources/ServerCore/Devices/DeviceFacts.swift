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
    var startCounter: UInt64
    var startID: [UInt8]?
    var stateDigest: [UInt8]?
    var udpPort: UInt16
    var udpKeyID: UInt32
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
}
