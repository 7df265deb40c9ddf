import DeviceProtocol

/// How often, and in which mode, the device shall connect.
struct SessionOffer: Sendable, Equatable {
    var syncInterval: Int64
    var persistent: Bool
    var refusedReason = ""
    var refusedUntil: Int64 = 0

    /// Seconds over which devices spread their return after a break.
    var reconnectWindow: Int64

    init(intents: DeviceIntents, grant: PersistentGrant?, reconnectWindow: Int64) {
        self.reconnectWindow = reconnectWindow
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
        session.refusedReason = refusedReason
        session.refusedUntil = refusedUntil
        return session
    }
}
