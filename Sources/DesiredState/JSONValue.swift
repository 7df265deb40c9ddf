#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A JSON document as a value. Integers and other numbers are kept apart; integers beyond ±2^53 are refused, since
/// half of the world's JSON readers would change them silently.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    package static let largestInteger: Int64 = 9_007_199_254_740_992
    /// Documents of settings, parameters, event data and statistics are at most this many bytes.
    package static let maximumDocumentBytes = 1 << 20

    /// Parses UTF-8 JSON of at most `maximumBytes`.
    package init(parsing bytes: some Sequence<UInt8>, maximumBytes: Int = maximumDocumentBytes) throws(JSONError) {
        let data = Data(bytes)
        guard data.count <= maximumBytes else { throw .tooLarge(bytes: data.count, limit: maximumBytes) }
        do {
            self = try JSONDecoder().decode(JSONValue.self, from: data)
        } catch let error as JSONError {
            throw error
        } catch let error as DecodingError {
            throw .malformed(JSONError.describe(error))
        } catch {
            throw .malformed("\(error)")
        }
    }

    package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

extension JSONValue: Codable {
    /// The commonest kinds first: each that it is not costs an error that is thrown and caught.
    package init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(String.self) {
            self = .string(value)
        } else if let value = try? single.decode(Int64.self) {
            guard value.magnitude <= Self.largestInteger.magnitude else { throw JSONError.integerTooLarge("\(value)") }
            self = .integer(value)
        } else if let keyed = try? decoder.container(keyedBy: AnyKey.self) {
            var object: [String: JSONValue] = [:]
            for key in keyed.allKeys { object[key.stringValue] = try keyed.decode(JSONValue.self, forKey: key) }
            self = .object(object)
        } else if var list = try? decoder.unkeyedContainer() {
            var array: [JSONValue] = []
            while !list.isAtEnd { array.append(try list.decode(JSONValue.self)) }
            self = .array(array)
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else {
            self = try Self.fraction(try single.decode(Double.self))
        }
    }

    /// A whole number written with a fraction or exponent is the same number; one that only floating point holds beyond
    /// 2^53 was meant as an integer and would be changed.
    private static func fraction(_ value: Double) throws -> JSONValue {
        guard value.isFinite else { throw JSONError.malformed("a number that is not finite") }
        guard value == value.rounded(.towardZero) else { return .number(value) }
        guard value.magnitude <= Double(largestInteger) else { throw JSONError.integerTooLarge("\(value)") }
        return .integer(Int64(value))
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .object(let object):
            var keyed = encoder.container(keyedBy: AnyKey.self)
            for (key, value) in object { try keyed.encode(value, forKey: AnyKey(key)) }
        case .array(let array):
            var list = encoder.unkeyedContainer()
            for value in array { try list.encode(value) }
        default:
            var single = encoder.singleValueContainer()
            switch self {
            case .bool(let value): try single.encode(value)
            case .integer(let value): try single.encode(value)
            case .number(let value): try single.encode(value)
            case .string(let value): try single.encode(value)
            default: try single.encodeNil()
            }
        }
    }

    private struct AnyKey: CodingKey {
        let stringValue: String
        init(_ string: String) { stringValue = string }
        init?(stringValue: String) { self.stringValue = stringValue }
        var intValue: Int? { nil }
        init?(intValue: Int) { nil }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
    }
}
