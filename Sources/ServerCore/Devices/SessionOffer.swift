import DeviceProtocol

/// How often, and in which mode, the device shall connect.
struct SessionOffer: Sendable, Equatable {
    var syncInterval: Int64
    var persistent: Bool
    var refusedReason = ""
    var refusedUntil: Int64 = 0

    /// Seconds over which devices spread their return after a break.
    var reconnectWindow: Int64
    /// The device's place in it; 0 for none.
    var reconnectSlot: UInt32
    /// Why the device is held; empty when it is not.
    var hold: String
    var newIdentity = false

    init(
        intents: DeviceIntents, grant: PersistentGrant?, reconnectWindow: Int64, reconnectSlot: UInt32 = 0,
        hold: String = ""
    ) {
        self.reconnectWindow = reconnectWindow
        self.reconnectSlot = reconnectSlot
        self.hold = hold
        syncInterval = intents.syncInterval
        persistent = grant == .granted
        if case .refused(let reason, let until) = grant {
            refusedReason = reason
            refusedUntil = until
        }
    }

    /// Statistics follow the sync interval, so their own field stays out of the message.
    var wire: WireSession {
        var session = WireSession()
        session.syncIntervalSeconds = UInt32(clamping: syncInterval)
        session.mode = persistent ? .persistent : .periodic
        session.reconnectWindowSeconds = UInt32(clamping: reconnectWindow)
        session.reconnectSlot = reconnectSlot
        session.hold = hold
        session.newIdentity = newIdentity
        session.refusedReason = refusedReason
        session.refusedUntil = refusedUntil
        return session
    }
}
