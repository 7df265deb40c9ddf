package import DesiredState

/// A value of a manifest and the line it stands on. Manifests come as YAML, as JSON and from the store; all three become
/// this tree, so that there is one decoder and one set of errors.
package struct ManifestNode: Sendable, Equatable {
    package indirect enum Content: Sendable, Equatable {
        case scalar(JSONValue)
        case list([ManifestNode])
        case object([Member])
    }

    package struct Member: Sendable, Equatable {
        package var key: String
        package var line: Int?
        package var value: ManifestNode
    }

    package var content: Content
    /// From 1; nil when the value did not come from a text.
    package var line: Int?

    package init(_ content: Content, line: Int? = nil) {
        self.content = content
        self.line = line
    }

    package init(_ json: JSONValue) {
        switch json {
        case .array(let elements): self.init(.list(elements.map { ManifestNode($0) }))
        case .object(let members):
            let sorted = members.sorted { $0.key < $1.key }
            self.init(.object(sorted.map { Member(key: $0.key, line: nil, value: ManifestNode($0.value)) }))
        default: self.init(.scalar(json))
        }
    }

    package var json: JSONValue {
        switch content {
        case .scalar(let value): value
        case .list(let elements): .array(elements.map(\.json))
        case .object(let members):
            .object(Dictionary(members.map { ($0.key, $0.value.json) }, uniquingKeysWith: { _, last in last }))
        }
    }

    /// A member of an object, or an element of a list by its number.
    package subscript(key: String) -> ManifestNode? {
        switch content {
        case .scalar: nil
        case .list(let elements): Int(key).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
        case .object(let members): members.first { $0.key == key }?.value
        }
    }

    /// How an error names what it found.
    var shown: String {
        switch content {
        case .list: return "a list"
        case .object: return "an object"
        case .scalar(.null): return "nothing"
        case .scalar(let value):
            let text = CanonicalJSON.text(value)
            return text.count <= 60 ? text : "\(text.prefix(57))…"
        }
    }
}
