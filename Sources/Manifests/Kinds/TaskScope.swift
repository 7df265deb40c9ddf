package import DesiredState

/// Which devices a task or a remote configuration concerns.
package enum TaskScope: Sendable, Equatable {
    /// Devices in a group or below it that have all these labels.
    case group(String, labels: [String: String])
    /// Uids or host names.
    case devices([String])

    static func read(_ fields: ManifestFields) -> TaskScope? {
        fields.allow(["group", "labels", "devices"])
        switch (fields.value("group"), fields.value("devices")) {
        case (.some, nil): return selector(fields)
        case (nil, .some) where fields.value("labels") != nil:
            fields.refuse("labels", expected: "nothing: devices are named, and labels go with group")
            return nil
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

    private static func selector(_ fields: ManifestFields) -> TaskScope? {
        let labels = fields.value("labels") == nil ? [:] : fields.texts("labels")
        guard let group = fields.group("group"), let labels else { return nil }
        return .group(group, labels: labels)
    }

    package var json: JSONValue {
        switch self {
        case .group(let name, let labels) where labels.isEmpty: ["group": .string(name)]
        case .group(let name, let labels):
            ["group": .string(name), "labels": .object(labels.mapValues { .string($0) })]
        case .devices(let names): ["devices": .array(names.map { .string($0) })]
        }
    }
}
