import DeviceProtocol

extension AgentStore {
    /// Counts one more start of the agent, durably, and returns the new count.
    package func countStart() throws -> Int64 {
        let next = (try number(.startCounter) ?? 0) + 1
        try set(.startCounter, .integer(next))
        return next
    }

    /// The counter of the next off notice: larger than any before, committed before it is sent.
    package func nextOffCounter(now: Int64) throws -> UInt64 {
        let next = max((try number(.offCounter) ?? 0) + 1, now)
        try set(.offCounter, .integer(next))
        return UInt64(next)
    }

    /// Whether a server of ours was met over this way, which held the issuer of the device's certificate.
    func issuerIsHeld(over way: [UInt8]) throws -> Bool { try blob(.issuerIsHeld) == way }

    /// `way`: nil when no server holds it any more.
    func setIssuerIsHeld(over way: [UInt8]?) throws { try set(.issuerIsHeld, way.map { .blob($0) } ?? .null) }

    /// The keys under which wakes are accepted: the current and the previous one.
    package func udpKeys() throws -> [UDPKey] {
        var keys: [UDPKey] = []
        if let id = try number(.udpKeyID), let bytes = try blob(.udpKey) {
            keys.append(UDPKey(id: UInt32(id), bytes: bytes))
        }
        if let id = try number(.previousUDPKeyID), let bytes = try blob(.previousUDPKey) {
            keys.append(UDPKey(id: UInt32(id), bytes: bytes))
        }
        return keys
    }

    /// Keeps a key that the server handed over; the one before stays valid.
    package func take(_ key: UDPKey) throws {
        try database.transaction {
            if let id = try number(.udpKeyID), let bytes = try blob(.udpKey), id != Int64(key.id) {
                try set(.previousUDPKeyID, .integer(id))
                try set(.previousUDPKey, .blob(bytes))
            }
            try set(.udpKeyID, .integer(Int64(key.id)))
            try set(.udpKey, .blob(key.bytes))
        }
    }

    /// Whether a wake's counter is above the mark; raises the mark durably when it is, so that a replay does nothing.
    package func acceptWake(counter: UInt64) throws -> Bool {
        let counter = Int64(clamping: counter)
        guard counter > (try number(.wakeCounter) ?? 0) else { return false }
        try set(.wakeCounter, .integer(counter))
        return true
    }

    /// The server says that this device is a copy of another and shall ask for an identity of its own.
    package func wantsNewIdentity() throws -> Bool { try number(.newIdentity) == 1 }
    /// Returns whether that is news.
    package func want(newIdentity: Bool) throws -> Bool {
        guard try wantsNewIdentity() != newIdentity else { return false }
        try set(.newIdentity, .integer(newIdentity ? 1 : 0))
        return true
    }

    /// Forgets what belongs to the device that this one was a copy of.
    package func forgetIdentity() throws {
        let facts: [Fact] = [
            .newIdentity, .udpKeyID, .udpKey, .previousUDPKeyID, .previousUDPKey, .acknowledgedDigest, .inventoryList,
            .storeEpoch, .reconnectSlot, .placeGroup, .placedBy, .placedBecause,
        ]
        try database.transaction {
            for fact in facts { try database.run("DELETE FROM fact WHERE key = ?1", [.text(fact.rawValue)]) }
            try database.run("DELETE FROM secret")
        }
    }

    /// µs; the latest time that the server was heard to say.
    package func serverTime() throws -> Int64 { try number(.serverTime) ?? 0 }

    /// Kept about once an hour: it only has to keep certificates from looking unborn.
    func keep(serverTime time: Int64) throws {
        guard time - (try serverTime()) >= 3_600_000_000 else { return }
        try set(.serverTime, .integer(time))
    }
}
