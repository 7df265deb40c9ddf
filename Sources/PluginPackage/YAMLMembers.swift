/// A mapping's members by name.
package struct YAMLMembers: Sendable {
    package let node: YAMLNode
    private let byKey: [String: YAMLNode]

    init(node: YAMLNode, entries: [YAMLEntry]) {
        self.node = node
        byKey = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// The member, or nil when it is left out or null.
    package subscript(key: String) -> YAMLNode? {
        guard let value = byKey[key], !value.isNull else { return nil }
        return value
    }

    package func required(_ key: String) throws(YAMLError) -> YAMLNode {
        guard let value = self[key] else {
            throw YAMLError(
                file: node.file, line: node.line, column: node.column, path: node.path + "/" + key,
                expected: "a value", got: "nothing")
        }
        return value
    }
}
