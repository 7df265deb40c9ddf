package import DeviceProtocol

/// How often, and in which mode, the device shall connect.
package struct SessionOffer: Sendable, Equatable {
    package var syncInterval: Int64
    package var persistent: Bool
    package var refusedReason = ""
    package var refusedUntil: Int64 = 0

    /// Seconds over which devices spread their return after a break.
    package var reconnectWindow: Int64
    /// The device's place in it; 0 for none.
    package var reconnectSlot: UInt32
    /// Why the device is held; empty when it is not.
    package var hold: String
    package var newIdentity = false

    package init(
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
    package var wire: WireSession {
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
