import Manifests
import ServerStore

extension Applying {
    mutating func apply(_ spec: GroupSpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        let name = manifest.metadata.name
        let existing = try existing(.group, name)
        guard let parent = try parent(spec, of: manifest) else { return nil }
        let action = try store(
            manifest, in: "groups",
            columns: [
                "parent": name == GroupRecord.root ? .null : .text(parent),
                "sync_interval": .integer(spec.syncInterval),
                "keep_connection": .flag(spec.keepConnection), "keep_priority": .integer(spec.priority),
            ], existing: existing)
        if action == .changed { try touchSubtree(of: name) }
        return action
    }

    /// The root has none (and gives its own name back); a group that says nothing is below the root.
    private mutating func parent(_ spec: GroupSpec, of manifest: Manifest) throws -> String? {
        let name = manifest.metadata.name
        guard name != GroupRecord.root else {
            guard spec.parent == nil else {
                problems.append(
                    manifest.problem(
                        at: "spec.parent", expected: "nothing: the root has no parent", got: spec.parent ?? ""))
                return nil
            }
            return name
        }
        guard let parent = try group(spec.parent ?? GroupRecord.root, at: "spec.parent", of: manifest) else {
            return nil
        }
        let chain = try GroupRecord.chain(from: parent, in: transaction).map(\.name)
        guard !chain.contains(name) else {
            problems.append(
                manifest.problem(at: "spec.parent", expected: "a group that is not below \(name)", got: parent))
            return nil
        }
        guard chain.count < GroupRecord.deepestTree else {
            problems.append(
                manifest.problem(at: "spec.parent", expected: "at most \(GroupRecord.deepestTree) levels", got: "more"))
            return nil
        }
        return parent
    }
}
