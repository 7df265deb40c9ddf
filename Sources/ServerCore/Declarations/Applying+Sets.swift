import Manifests
import ServerStore

/// Sets of objects that are applied together, so that what their files no longer name can be found.
extension Applying {
    /// Kinds that belong to sets; tokens and devices are not made by files alone.
    static let kindsInSets: [ManifestKind] = [
        .group, .secret, .policy, .task, .remoteConfig, .trustDocument, .pluginPackage, .applicationSettings,
    ]

    func join(_ set: String, _ manifest: Manifest) throws {
        guard Self.kindsInSets.contains(manifest.kind) else { return }
        try transaction.execute(
            "UPDATE \(DeclaredState.table(manifest.kind)) SET applied_set = $2 WHERE name = $1",
            [.text(manifest.metadata.name), .text(set)])
    }

    /// Deletes what belongs to the set and is not among `manifests`: what refers to others first.
    mutating func prune(_ set: String, keeping manifests: [Manifest]) throws {
        for kind in Self.kindsInSets.reversed() {
            let kept = Set(manifests.filter { $0.kind == kind }.map(\.metadata.name))
            let names = try transaction.query(
                "SELECT name FROM \(DeclaredState.table(kind)) WHERE applied_set = $1 ORDER BY name", [.text(set)]
            ).map { try $0.text("name") }
            for name in try inDeletionOrder(names.filter { !kept.contains($0) }, kind) {
                try delete(kind, name: name)
            }
        }
    }

    /// Groups and tasks refer to others of their kind: those that nothing refers to come first.
    private func inDeletionOrder(_ names: [String], _ kind: ManifestKind) throws -> [String] {
        let referred: [String: String]
        switch kind {
        case .group:
            referred = Dictionary(
                try transaction.query("SELECT name, parent FROM groups WHERE parent IS NOT NULL").map {
                    (try $0.text("name"), try $0.text("parent"))
                }, uniquingKeysWith: { first, _ in first })
        case .task: referred = try taskChains().predecessors
        default: return names
        }
        func depth(_ name: String) -> Int {
            var (depth, next) = (0, referred[name])
            while let parent = next, depth <= referred.count { (depth, next) = (depth + 1, referred[parent]) }
            return depth
        }
        return names.sorted { (depth($1), $0) < (depth($0), $1) }
    }
}
