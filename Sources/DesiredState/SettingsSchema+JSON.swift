extension SettingsSchema {
    /// The schema as others read it. `partial`: nothing is required, as in one of several layers.
    package func json(partial: Bool = false) -> JSONValue {
        var object: [String: JSONValue] = [:]
        let names = kinds.map(\.rawValue).sorted().map { JSONValue.string($0) }
        if let name = names.first { object["type"] = names.count == 1 ? name : .array(names) }
        if !properties.isEmpty { object["properties"] = .object(properties.mapValues { $0.json(partial: partial) }) }
        if !partial, !required.isEmpty { object["required"] = .array(required.map { .string($0) }) }
        if !allowsOtherProperties { object["additionalProperties"] = false }
        object["items"] = items.first?.json(partial: partial)
        if !allowedValues.isEmpty { object["enum"] = .array(allowedValues) }
        object["minimum"] = minimum.map(Self.number)
        object["maximum"] = maximum.map(Self.number)
        object["minLength"] = minimumLength.map { .integer(Int64($0)) }
        object["maxLength"] = maximumLength.map { .integer(Int64($0)) }
        object["pattern"] = pattern.map { .string($0.source) }
        object["default"] = defaultValue
        object["title"] = title.map { .string($0) }
        object["description"] = explanation.map { .string($0) }
        return .object(object)
    }

    private static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value).map { .integer($0) } ?? .number(value)
    }
}
