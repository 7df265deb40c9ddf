import DesiredState

/// Reads manifests from YAML or JSON.
package enum ManifestDecoder {
    package static let mostManifests = 10_000

    /// Every manifest of the text, in its order. Throws all problems at once; nothing of a text with a problem is used.
    package static func decode(_ text: String, file: String? = nil) throws(ManifestError) -> [Manifest] {
        let documents = try ManifestNode.documents(in: text, file: file)
        guard documents.count <= mostManifests else {
            throw ManifestError([
                FieldProblem(
                    file: file, path: "", expected: "at most \(mostManifests) manifests", got: "\(documents.count)")
            ])
        }
        let problems = ManifestProblems()
        var manifests: [Manifest] = []
        for document in documents.flatMap({ unfold($0, file: file, problems: problems) }) {
            let fields = ManifestFields(document, path: "", file: file, problems: problems)
            if let manifest = read(fields) { manifests.append(manifest) }
        }
        let found = problems.found + repeated(manifests)
        guard found.isEmpty else { throw ManifestError(found) }
        return manifests
    }

    /// Every manifest whose kind and name another one has too, each with its place.
    package static func repeated(_ manifests: [Manifest]) -> [FieldProblem] {
        func key(_ manifest: Manifest) -> String { "\(manifest.kind.rawValue) \"\(manifest.metadata.name)\"" }
        let counts = Dictionary(grouping: manifests, by: key).mapValues(\.count)
        return manifests.compactMap { manifest in
            guard let count = counts[key(manifest)], count > 1 else { return nil }
            return manifest.problem(
                at: "metadata.name", expected: "each kind and name once", got: "\(key(manifest)) \(count) times")
        }
    }

    /// `{items: […]}`, as `get -o yaml` prints lists, stands for its items.
    private static func unfold(_ node: ManifestNode, file: String?, problems: ManifestProblems) -> [ManifestNode] {
        guard node["kind"] == nil, case .list(let items)? = node["items"]?.content else { return [node] }
        ManifestFields(node, path: "", file: file, problems: problems).allow(["items", "next"])
        return items
    }

    private static func read(_ fields: ManifestFields) -> Manifest? {
        guard case .object = fields.node.content else { return nil }
        fields.allow(["apiVersion", "kind", "metadata", "spec", "status"])
        let version = fields.string("apiVersion")
        if version != Manifest.apiVersion, version != nil || fields.value("apiVersion") == nil {
            if !fields.isMisspelled("apiVersion") { fields.refuse("apiVersion", expected: Manifest.apiVersion) }
        }
        let names = ManifestKind.allCases.map(\.rawValue)
        let text = fields.string("kind")
        guard let text, let kind = ManifestKind(rawValue: text) else {
            let hint = text.map { NameSuggestion.hint(for: $0, among: names) }
            if text != nil || fields.value("kind") == nil, !fields.isMisspelled("kind") {
                fields.refuse(
                    "kind", expected: "one of \(names.joined(separator: ", "))",
                    got: (text.map { "\"\($0)\"" } ?? "nothing") + (hint ?? ""))
            }
            return nil
        }
        // Another version's fields are not ours to judge.
        guard version == Manifest.apiVersion else { return nil }
        fields.require("metadata", "an object with a name")
        let metadata = ManifestMetadata.read(fields.object("metadata"), kind: kind)
        guard !fields.isMisspelled("spec") else { return nil }
        let empty = ManifestNode(.object([]), line: fields.node.line)
        let spec =
            fields.object("spec") ?? ManifestFields(empty, path: "spec", file: fields.file, problems: fields.problems)
        guard let read = ManifestSpec.read(kind, spec), let metadata else { return nil }
        return Manifest(metadata: metadata, spec: read, file: fields.file, node: fields.node)
    }
}
