package import DesiredState

/// A place in the tree of groups, and how its devices connect.
package struct GroupSpec: Sendable, Equatable {
    /// nil for the root alone.
    package var parent: String?
    /// Seconds.
    package var syncInterval: Int64?
    package var keepConnection: Bool?
    package var priority: Int64?
    /// In which tasks that ask for it may begin. nil: those of the group above.
    package var maintenanceWindows: [MaintenanceWindow]?
    /// `host:port`: devices try it, and stay with it when it answers.
    package var serverAddress: String?
    /// `hold` or `split`: what happens to a device of which there are two.
    package var cloneAction: String?
    /// A device that an operator has not placed belongs here when it meets one of these.
    package var placement: [PlacementRuleSpec]

    init(_ fields: ManifestFields) {
        fields.allow([
            "parent", "syncInterval", "keepConnection", "priority", "serverAddress", "cloneAction", "placement",
            "maintenanceWindows",
        ])
        parent = fields.group("parent")
        syncInterval = fields.duration("syncInterval", in: SpecLimits.syncInterval)
        keepConnection = fields.bool("keepConnection")
        priority = fields.integer("priority", in: SpecLimits.priority)
        maintenanceWindows = MaintenanceWindow.read(fields)
        serverAddress = fields.hostAndPort("serverAddress")
        cloneAction = fields.choice("cloneAction", ["hold", "split"])
        placement = (fields.list("placement", atMost: PlacementRuleSpec.most) ?? []).compactMap(PlacementRuleSpec.init)
    }

    package var json: JSONValue {
        var object: [String: JSONValue] = [:]
        object["parent"] = parent.map { .string($0) }
        object["syncInterval"] = syncInterval.map { .string(ManifestDuration.text($0)) }
        object["keepConnection"] = keepConnection.map { .bool($0) }
        object["priority"] = priority.map { .integer($0) }
        object["maintenanceWindows"] = maintenanceWindows.map { .array($0.map(\.spec)) }
        object["serverAddress"] = serverAddress.map { .string($0) }
        object["cloneAction"] = cloneAction.map { .string($0) }
        if !placement.isEmpty { object["placement"] = .array(placement.map(\.json)) }
        return .object(object)
    }
}
