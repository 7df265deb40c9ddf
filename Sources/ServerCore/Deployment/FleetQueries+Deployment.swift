import DeviceProtocol
package import Manifests
import ServerStore

extension FleetQueries {
    /// Of policies and tasks, how many of the devices that they concern have them, by name, as the store has it now: two
    /// queries over the fleet, however many objects there are. Other kinds are left out.
    package func deployment(of objects: [DeclaredObject]) async throws -> [String: DeploymentCounts] {
        try await store.read { reader in
            let groups = try GroupTree(in: reader)
            let targets = try objects.compactMap { object in
                try DeploymentTarget(object, groups: groups, in: reader).map { (object.name, $0) }
            }
            guard !targets.isEmpty else { return [:] }
            let byLabels = targets.contains { $0.1.asksForLabels }
            let tally = try DeploymentTally(entries: Set(targets.map(\.1.entry)), byLabels: byLabels, in: reader)
            return try targets.reduce(into: [:]) { counts, item in
                let (name, target) = item
                counts[name] =
                    switch target.scope {
                    case .groups(let names, let labels): tally.count(target.entry, in: names, labels: labels)
                    case .devices: try target.count(in: reader)
                    }
            }
        }
    }

    /// Whether documents have objects of this kind, so that devices report of them.
    package static func isDeployed(_ kind: ManifestKind) -> Bool { kind == .policy || kind == .task }

    /// The devices that a policy or a task concerns, ordered by uid; with `state` those that are so far. Throws
    /// `notFound`.
    package func devices(
        of kind: ManifestKind, named name: String, state: DeploymentState? = nil, page: PageRequest
    ) async throws -> Page<DeployedDevice> {
        let after = try page.identifier()
        let found = try await store.read { reader in
            guard let object = try DeclaredState.find(kind, name: name, in: reader),
                let target = try DeploymentTarget(object, groups: GroupTree(in: reader), in: reader)
            else { throw CoreError(.notFound, "no \(kind.rawValue) \"\(name)\"") }
            return try target.devices(state: state, after: after, limit: page.limit + 1, in: reader)
        }
        return Page(found, limit: page.limit) { ["\($0.device)"] }
    }
}
