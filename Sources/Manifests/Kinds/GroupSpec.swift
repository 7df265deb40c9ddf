package import DesiredState

/// A place in the tree of groups, and how its devices connect.
package struct GroupSpec: Sendable, Equatable {
    /// nil for the root alone.
    package var parent: String?
    /// Seconds.
    package var syncInterval: Int64?
    package var keepConnection: Bool?
    package var priority: Int64?

    init(_ fields: ManifestFields) {
        fields.allow(["parent", "syncInterval", "keepConnection", "priority"])
        parent = fields.group("parent")
        syncInterval = fields.duration("syncInterval", in: SpecLimits.syncInterval)
        keepConnection = fields.bool("keepConnection")
        priority = fields.integer("priority", in: SpecLimits.priority)
    }

    package var json: JSONValue {
        var object: [String: JSONValue] = [:]
        object["parent"] = parent.map { .string($0) }
        object["syncInterval"] = syncInterval.map { .string(ManifestDuration.text($0)) }
        object["keepConnection"] = keepConnection.map { .bool($0) }
        object["priority"] = priority.map { .integer($0) }
        return .object(object)
    }
}
