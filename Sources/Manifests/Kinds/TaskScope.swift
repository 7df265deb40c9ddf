package import DesiredState

/// Which devices a task or a remote configuration concerns.
package enum TaskScope: Sendable, Equatable {
    case group(String)
    /// Uids or host names.
    case devices([String])

    static func read(_ fields: ManifestFields) -> TaskScope? {
        fields.allow(["group", "devices"])
        switch (fields.value("group"), fields.value("devices")) {
        case (.some, nil): return fields.group("group").map { .group($0) }
        case (nil, .some): return fields.strings("devices").map { .devices($0) }
        case (.some, .some):
            fields.refuse("group", expected: "either group or devices", got: "both")
            return nil
        case (nil, nil):
            if !fields.isMisspelled("group"), !fields.isMisspelled("devices") {
                fields.refuse("group", expected: "either group or devices", got: "neither")
            }
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
