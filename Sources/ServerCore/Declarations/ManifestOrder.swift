import Manifests

/// The order in which manifests of one text can be stored: what others refer to comes first.
enum ManifestOrder {
    static func sorted(_ manifests: [Manifest]) -> [Manifest] {
        let groups = parentsFirst(manifests.filter { $0.kind == .group })
        return groups
            + ManifestKind.allCases.filter { $0 != .group }.flatMap { kind in
                let those = manifests.filter { $0.kind == kind }
                // A policy that steps down makes place for the one that takes over.
                return those.filter { !isActivePolicy($0) } + those.filter(isActivePolicy)
            }
    }

    private static func isActivePolicy(_ manifest: Manifest) -> Bool {
        if case .policy(let spec) = manifest.spec { spec.isActive } else { false }
    }

    /// Groups in a circle keep their order; storing them finds the circle.
    private static func parentsFirst(_ groups: [Manifest]) -> [Manifest] {
        var waiting = groups
        var ordered: [Manifest] = []
        while !waiting.isEmpty {
            let names = Set(waiting.map(\.metadata.name))
            let ready = waiting.filter { !names.contains(parent(of: $0)) }
            guard !ready.isEmpty else { return ordered + waiting }
            ordered += ready
            waiting.removeAll { ready.contains($0) }
        }
        return ordered
    }

    /// Groups that are, by these manifests alone, their own ancestors; each with its circle.
    static func circles(in manifests: [Manifest]) -> [FieldProblem] {
        let groups = manifests.filter { $0.kind == .group && $0.metadata.name != GroupRecord.root }
        let parents = Dictionary(
            groups.map { ($0.metadata.name, parent(of: $0)) }, uniquingKeysWith: { _, last in last })
        return groups.compactMap { manifest in
            var path = [manifest.metadata.name]
            while let next = parents[path[path.count - 1]] {
                path.append(next)
                if next == path[0] {
                    return manifest.problem(
                        at: "spec.parent", expected: "a group that is not below \(next)",
                        got: "a circle: \(path.joined(separator: " → "))")
                }
                // A circle further up is told of by its own members.
                if path.count > parents.count { return nil }
            }
            return nil
        }
    }

    private static func parent(of manifest: Manifest) -> String {
        guard case .group(let spec) = manifest.spec, let parent = spec.parent else { return "" }
        return GroupPath.name(of: parent)
    }
}
