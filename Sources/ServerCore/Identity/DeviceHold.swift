import ServerStore

/// Why a device gets neither orders nor configuration: two agents work under its identity.
package struct DeviceHold: Sendable, Equatable {
    package var reason: String
    /// µs.
    package var since: Int64
    /// Id of the start that keeps the identity; the other one is the newcomer.
    package var keeper: [UInt8]
    /// The newcomer shall get an identity of its own.
    package var split: Bool

    package init(reason: String, since: Int64, keeper: [UInt8], split: Bool) {
        self.reason = reason
        self.since = since
        self.keeper = keeper
        self.split = split
    }

    /// Whether an agent that says this start id is to ask for an identity of its own.
    func isNewcomer(_ startID: [UInt8]) -> Bool { split && !startID.isEmpty && startID != keeper }
}

extension DeviceHold {
    /// From a row of `devices`; nil when the device is not held.
    init?(row: SQLRow) throws {
        guard let reason = try row.optionalText("hold_reason") else { return nil }
        self.init(
            reason: reason, since: try row.optionalInteger("hold_at") ?? 0,
            keeper: try row.optionalBlob("hold_keeper") ?? [], split: try row.flag("hold_split"))
    }
}
