package import DesiredState

/// One declared object.
package struct Manifest: Sendable, Equatable {
    package static let apiVersion = "martlet/v1"

    package var metadata: ManifestMetadata
    package var spec: ManifestSpec
    /// Where it was read, for errors that only the server can find.
    package var file: String?
    package var node: ManifestNode?

    package init(metadata: ManifestMetadata, spec: ManifestSpec, file: String? = nil, node: ManifestNode? = nil) {
        self.metadata = metadata
        self.spec = spec
        self.file = file
        self.node = node
    }

    package var kind: ManifestKind { spec.kind }

    /// A problem at a dotted path of this manifest, with the line of the nearest value that exists.
    package func problem(at path: String, expected: String, got: String) -> FieldProblem {
        var nearest = node
        var line = node?.line
        for key in path.split(separator: ".") {
            guard let next = nearest?[String(key)] else { break }
            nearest = next
            line = next.line ?? line
        }
        return FieldProblem(file: file, line: line, path: path, expected: expected, got: got)
    }

    package var json: JSONValue {
        var metadata: [String: JSONValue] = ["name": .string(self.metadata.name)]
        if !self.metadata.labels.isEmpty {
            metadata["labels"] = .object(self.metadata.labels.mapValues { .string($0) })
        }
        return [
            "apiVersion": .string(Self.apiVersion), "kind": .string(kind.rawValue), "metadata": .object(metadata),
            "spec": spec.json,
        ]
    }
}
