import DesiredState
import OpAMP
import SwiftProtobuf

extension OpAMPAnyValue {
    /// A JSON document as OpAMP's attributes have it; null is a value without content.
    init(_ json: JSONValue) {
        self.init()
        switch json {
        case .null: break
        case .bool(let flag): boolValue = flag
        case .integer(let number): intValue = number
        case .number(let number): doubleValue = number
        case .string(let text): stringValue = text
        case .array(let elements): arrayValue.values = elements.map { OpAMPAnyValue($0) }
        case .object(let members):
            kvlistValue.values = members.keys.sorted().map { key in
                OpAMPKeyValue.with {
                    $0.key = key
                    $0.value = OpAMPAnyValue(members[key] ?? .null)
                }
            }
        }
    }
}
