package import DesiredState
import Yams

/// Writes objects as YAML that `apply` reads back.
package enum ManifestEncoder {
    /// The keys of an object that people read first.
    private static let leading = ["apiVersion", "kind", "metadata", "name", "spec", "status"]

    /// One document per object, separated by `---`.
    package static func yaml(_ objects: [JSONValue]) throws -> String {
        try objects.map { try serialize(node: node($0), allowUnicode: true) }.joined(separator: "---\n")
    }

    private static func node(_ json: JSONValue) -> Node {
        switch json {
        case .null: Node("null", Tag(.null))
        case .bool(let flag): Node(flag ? "true" : "false", Tag(.bool))
        case .integer(let number): Node(String(number), Tag(.int))
        case .number: Node(CanonicalJSON.text(json), Tag(.float))
        case .string(let text): Self.text(text)
        case .array(let elements): Node(elements.map(node))
        case .object(let members):
            Node(members.sorted { rank($0.key) < rank($1.key) }.map { (text($0.key), node($0.value)) })
        }
    }

    private static func rank(_ key: String) -> (Int, String) { (leading.firstIndex(of: key) ?? leading.count, key) }

    /// Quoted where a reader would take it for something else than text.
    private static func text(_ text: String) -> Node { .scalar(text.represented()) }
}
