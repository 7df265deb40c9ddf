import DesiredState

extension JSONValue {
    /// An object without the members that are nil or null: what is not there is not shown.
    static func object(fields: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for (key, value) in fields where value != JSONValue.null { members[key] = value }
        return .object(members)
    }

    static func text(_ value: String?) -> JSONValue? { value.map { .string($0) } }
    static func number(_ value: Int64?) -> JSONValue? { value.map { .integer($0) } }
    /// Microseconds as RFC 3339.
    static func time(_ value: Int64?) -> JSONValue? { value.map { .string(Timestamp.text($0)) } }
    static func hex(_ value: [UInt8]?) -> JSONValue? { value.map { .string(Digest.hex($0)) } }
}
