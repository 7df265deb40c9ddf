import ServerStore

/// Why a device gets neither orders nor configuration: two agents work under its identity.
package struct DeviceHold: Sendable, Equatable {
    package var reason: String
    /// µs.
    package var since: Int64
    /// Id of the start that keeps the identity.
    package var keeper: [UInt8]
    /// Id of the start of the other one; empty when it is not known.
    package var newcomer: [UInt8]
    /// A start that was met since and may be either's; empty for none.
    package var candidate: [UInt8]
    /// The newcomer shall get an identity of its own.
    package var split: Bool

    package init(
        reason: String, since: Int64, keeper: [UInt8], newcomer: [UInt8] = [], candidate: [UInt8] = [], split: Bool
    ) {
        self.reason = reason
        self.since = since
        self.keeper = keeper
        self.newcomer = newcomer
        self.candidate = candidate
        self.split = split
    }

    /// Whether an agent that says this start id is to ask for an identity of its own.
    func isNewcomer(_ startID: [UInt8]) -> Bool { split && !startID.isEmpty && startID == newcomer }

    /// Notes who was met while the device is held. One of the two may be started anew: whose the new start is shows when
    /// the other one comes again. `contested`: the keeper's connection has just answered. Returns whether it is news.
    mutating func observe(_ startID: [UInt8], contested: Bool) -> Bool {
        let before = self
        if contested {
            newcomer = startID
            candidate = []
        } else if startID == keeper {
            if !candidate.isEmpty { newcomer = candidate }
            candidate = []
        } else if startID == newcomer {
            if !candidate.isEmpty { keeper = candidate }
            candidate = []
        } else {
            candidate = startID
        }
        return self != before
    }
}

extension DeviceHold {
    /// From a row of `devices`; nil when the device is not held.
    init?(row: SQLRow) throws {
        guard let reason = try row.optionalText("hold_reason") else { return nil }
        self.init(
            reason: reason, since: try row.optionalInteger("hold_at") ?? 0,
            keeper: try row.optionalBlob("hold_keeper") ?? [], newcomer: try row.optionalBlob("hold_newcomer") ?? [],
            candidate: try row.optionalBlob("hold_candidate") ?? [], split: try row.flag("hold_split"))
    }
}
