package import DesiredState

/// What operators want of one device beyond its group. What is left out comes from the group.
package struct DeviceSpec: Sendable, Equatable {
    /// Where an operator put it. nil: where the groups' rules put it, else where it enrolled.
    package var group: String?
    /// Seconds.
    package var syncInterval: Int64?
    package var keepConnection: Bool?
    package var priority: Int64?
    /// In which tasks that ask for it may begin. nil: those of the group above.
    package var maintenanceWindows: [MaintenanceWindow]?

    init(_ fields: ManifestFields) {
        fields.allow(["group", "syncInterval", "keepConnection", "priority", "maintenanceWindows"])
        group = fields.group("group")
        syncInterval = fields.duration("syncInterval", in: SpecLimits.syncInterval)
        keepConnection = fields.bool("keepConnection")
        priority = fields.integer("priority", in: SpecLimits.priority)
        maintenanceWindows = MaintenanceWindow.read(fields)
    }

    package var json: JSONValue {
        var object: [String: JSONValue] = [:]
        object["group"] = group.map { .string($0) }
        object["syncInterval"] = syncInterval.map { .string(ManifestDuration.text($0)) }
        object["keepConnection"] = keepConnection.map { .bool($0) }
        object["priority"] = priority.map { .integer($0) }
        object["maintenanceWindows"] = maintenanceWindows.map { .array($0.map(\.spec)) }
        return .object(object)
    }
}
