import DesiredState
import OpAMP

extension JSONValue {
    /// Integers that JSON readers would change become text; bytes become hexadecimal text.
    init(_ value: OpAMPAnyValue, depth: Int = 0) {
        guard depth < 8, let content = value.value else {
            self = .null
            return
        }
        switch content {
        case .stringValue(let text): self = .string(text)
        case .boolValue(let flag): self = .bool(flag)
        case .intValue(let number):
            self = number.magnitude <= Self.largestInteger.magnitude ? .integer(number) : .string(String(number))
        case .doubleValue(let number): self = number.isFinite ? .number(number) : .string("\(number)")
        case .bytesValue(let bytes): self = .string(Digest.hex(bytes))
        case .arrayValue(let list): self = .array(list.values.map { JSONValue($0, depth: depth + 1) })
        case .kvlistValue(let list): self = JSONValue(list.values, depth: depth + 1)
        }
    }

    init(_ attributes: [OpAMPKeyValue], depth: Int = 0) {
        var members: [String: JSONValue] = [:]
        for attribute in attributes { members[attribute.key] = JSONValue(attribute.value, depth: depth) }
        self = .object(members)
    }
}
