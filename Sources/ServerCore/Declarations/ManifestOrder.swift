import Manifests

/// The order in which manifests of one text can be stored: what others refer to comes first.
enum ManifestOrder {
    static func sorted(_ manifests: [Manifest]) -> [Manifest] {
        let groups = parentsFirst(manifests.filter { $0.kind == .group })
        return groups
            + ManifestKind.allCases.filter { $0 != .group }.flatMap { kind in manifests.filter { $0.kind == kind } }
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

    private static func parent(of manifest: Manifest) -> String {
        guard case .group(let spec) = manifest.spec, let parent = spec.parent else { return "" }
        return GroupPath.name(of: parent)
    }
}
