package import DesiredState

/// Which devices a task concerns.
package enum TaskScope: Sendable, Equatable {
    case group(String)
    /// Uids or host names.
    case devices([String])

    static func read(_ fields: ManifestFields) -> TaskScope? {
        fields.allow(["group", "devices"])
        switch (fields.value("group"), fields.value("devices")) {
        case (.some, nil): return fields.group("group").map { .group($0) }
        case (nil, .some): return fields.strings("devices").map { .devices($0) }
        default:
            fields.refuse("group", expected: "either group or devices", got: fields.node.shown)
            return nil
        }
    }

    package var json: JSONValue {
        switch self {
        case .group(let name): ["group": .string(name)]
        case .devices(let names): ["devices": .array(names.map { .string($0) })]
        }
    }
}
