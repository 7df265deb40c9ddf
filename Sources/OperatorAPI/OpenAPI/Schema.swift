import DesiredState
import Manifests

/// Builds the JSON Schemas of the document.
enum Schema {
    static let largestInteger = JSONValue.largestInteger

    static let text: JSONValue = ["type": "string"]
    static let filled: JSONValue = ["type": "string", "minLength": 1]
    static let bool: JSONValue = ["type": "boolean"]
    static let count: JSONValue = ["type": "integer", "minimum": 0]
    /// Any JSON object.
    static let anything: JSONValue = ["type": "object"]
    static let uid: JSONValue = ["type": "string", "format": "uuid"]
    static let time: JSONValue = ["type": "string", "format": "date-time"]
    static let duration: JSONValue = ["type": "string", "pattern": "^[0-9]{1,11}[smhd]$"]
    /// Opaque to clients.
    static let cursor: JSONValue = ["type": "string", "pattern": "^[A-Za-z0-9_-]+$"]
    static let hash: JSONValue = ["type": "string", "pattern": "^[0-9a-f]*$"]
    static let name: JSONValue = [
        "type": "string", "pattern": "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$",
        "maxLength": .integer(Int64(ResourceName.longest)),
    ]
    /// A group's name, or its path from the root.
    static let group: JSONValue = [
        "type": "string", "pattern": "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(/[a-z0-9]([a-z0-9.-]*[a-z0-9])?)*$",
    ]

    static func integer(_ range: ClosedRange<Int64>, default: Int64? = nil) -> JSONValue {
        var schema: [String: JSONValue] = [
            "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
        ]
        schema["default"] = `default`.map { .integer($0) }
        return .object(schema)
    }

    static func choice(_ values: [String]) -> JSONValue {
        ["type": "string", "enum": .array(values.map { .string($0) })]
    }

    static func list(of items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    static func texts(_ values: JSONValue = text) -> JSONValue { ["type": "object", "additionalProperties": values] }

    /// An object with these members and no other. Without `required` all of them are.
    static func object(_ members: [String: JSONValue], required: [String]? = nil) -> JSONValue {
        let required = (required ?? Array(members.keys)).sorted()
        var schema: [String: JSONValue] = [
            "type": "object", "additionalProperties": false, "properties": .object(members),
        ]
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return .object(schema)
    }

    static func component(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    /// Names of the members that an object may have; of every alternative where there are several.
    static func members(_ schema: JSONValue) -> [String] {
        let alternatives = schema["oneOf"]?.arrayValue ?? [schema]
        return alternatives.flatMap { Array(($0["properties"]?.objectValue ?? [:]).keys) }
    }

    /// What a manifest may say: as the object has it, and null is as if it were not said.
    static func lenient(_ schema: JSONValue) -> JSONValue { nullable(schema, all: false) }

    /// What a merge patch (RFC 7396) may say: nothing is required, and null takes a member away.
    static func patch(of schema: JSONValue) -> JSONValue { nullable(schema, all: true) }

    private static func nullable(_ schema: JSONValue, all: Bool) -> JSONValue {
        guard var object = schema.objectValue, let members = object["properties"]?.objectValue else { return schema }
        let required = all ? [] : (object["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        object["required"] = required.isEmpty ? nil : .array(required.map { .string($0) })
        object["properties"] = .object(
            Dictionary(
                uniqueKeysWithValues: members.map { name, member in
                    let inner = nullable(member, all: all)
                    return (name, required.contains(name) ? inner : orNull(inner))
                }))
        return .object(object)
    }

    private static func orNull(_ schema: JSONValue) -> JSONValue {
        guard var object = schema.objectValue, let type = object["type"]?.stringValue else {
            return ["anyOf": [schema, ["type": "null"]]]
        }
        object["type"] = [.string(type), "null"]
        if let choices = object["enum"]?.arrayValue { object["enum"] = .array(choices + [.null]) }
        return .object(object)
    }
}
