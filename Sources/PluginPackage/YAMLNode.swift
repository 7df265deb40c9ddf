package import DesiredState

/// One node of a YAML document, with its place. Anchors, aliases and tags do not exist here: they are refused when
/// the document is parsed.
package struct YAMLNode: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        /// A plain scalar is resolved by YAML's core schema; a quoted one is a string.
        case scalar(String, quoted: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    package let content: Content
    package let file: String
    /// From 1.
    package let line: Int
    package let column: Int
    /// JSON pointer from the document.
    package let path: String

    /// The node as JSON. Integers beyond 2^53 and numbers that are not finite are refused.
    package func json() throws(YAMLError) -> JSONValue {
        switch content {
        case .scalar(let text, let quoted): return try quoted ? .string(text) : plain(text)
        case .sequence(let nodes):
            var values: [JSONValue] = []
            for node in nodes { values.append(try node.json()) }
            return .array(values)
        case .mapping(let entries):
            var members: [String: JSONValue] = [:]
            for entry in entries { members[entry.key] = try entry.value.json() }
            return .object(members)
        }
    }

    /// An error at this node.
    package func error(expected: String, got: String? = nil) -> YAMLError {
        YAMLError(file: file, line: line, column: column, path: path, expected: expected, got: got ?? summary)
    }

    private var summary: String {
        switch content {
        case .scalar(let text, let quoted):
            quoted ? "\"\(text.prefix(60))\"" : text.isEmpty ? "nothing" : String(text.prefix(60))
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    private func plain(_ text: String) throws(YAMLError) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        if let integer = Self.integer(text) {
            guard integer.magnitude <= JSONValue.largestInteger.magnitude else {
                throw error(expected: "an integer up to 2^53, or a quoted string")
            }
            return .integer(integer)
        }
        guard Self.looksLikeNumber(text), let number = Double(text), number.isFinite else { return .string(text) }
        guard number == number.rounded(.towardZero) else { return .number(number) }
        guard number.magnitude <= Double(JSONValue.largestInteger) else {
            throw error(expected: "a number up to 2^53, or a quoted string")
        }
        return .integer(Int64(number))
    }

    private static func integer(_ text: String) -> Int64? {
        if text.hasPrefix("0x") { return Int64(text.dropFirst(2), radix: 16) }
        if text.hasPrefix("0o") { return Int64(text.dropFirst(2), radix: 8) }
        return Int64(text)
    }

    /// Swift's `Double` also reads words ("nan") and hexadecimal floats, which YAML does not.
    private static func looksLikeNumber(_ text: String) -> Bool {
        guard text.utf8.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return false }
        return text.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || "+-.eE".utf8.contains($0) }
    }
}
