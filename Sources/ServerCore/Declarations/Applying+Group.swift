import DesiredState
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
                "server_address": .text(spec.serverAddress), "clone_action": .text(spec.cloneAction),
                "placement_rules": .integer(Int64(spec.placement.count)),
            ], existing: existing)
        if action == .changed { try touchSubtree(of: name) }
        // Which group is the deeper one decides between rules, and may be another now.
        let differs = ["placement", "parent"].contains { existing?.specJSON[$0] != manifest.spec.json[$0] }
        if action == .changed && differs || action == .created && !spec.placement.isEmpty { placesAll = true }
        return action
    }

    /// The root has none (and gives its own name back); every other group says its own.
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
        guard let wanted = spec.parent else {
            problems.append(manifest.problem(at: "spec.parent", expected: "a group", got: "nothing"))
            return nil
        }
        guard let parent = try group(wanted, at: "spec.parent", of: manifest) else { return nil }
        let chain = try GroupRecord.chain(from: parent, in: transaction).map(\.name)
        guard !chain.contains(name) else {
            problems.append(
                manifest.problem(
                    at: "spec.parent", expected: "a group that is not below \(name)",
                    got: "\(wanted), which makes a circle: \(circle(chain, to: name))"))
            return nil
        }
        guard chain.count < GroupRecord.deepestTree else {
            problems.append(
                manifest.problem(at: "spec.parent", expected: "at most \(GroupRecord.deepestTree) levels", got: "more"))
            return nil
        }
        return parent
    }

    /// `a → b → a`, from the chain of the new parent.
    private func circle(_ chain: [String], to name: String) -> String {
        ([name] + chain.prefix { $0 != name } + [name]).joined(separator: " → ")
    }
}
