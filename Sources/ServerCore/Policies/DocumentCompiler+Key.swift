package import DesiredState

extension DocumentCompiler {
    /// All that a target's document follows from. Targets with the same key have the same document, so that it is
    /// compiled once for all of them.
    package struct Key: Sendable, Hashable {
        package var isStranger: Bool
        /// Of the target's groups those of which something is said, nearest first.
        package var chain: [String]
        /// Of its labels those that something in these groups asks for.
        package var labels: [String: String]?
        /// Places of the tasks, then of the configurations, then of the secrets, that name the device itself.
        package var naming: [Int]
        package var settings: [String: DeviceSettings]
        package var windows: [MaintenanceWindow]?
        /// Groups and applications whose rollout, not yet whole, has reached it.
        package var reached: Set<String>
    }

    package func key(of target: Target) -> Key {
        let chain = target.chain.filter { labelsAsked[$0] != nil }
        let asked = chain.reduce(into: Set<String>()) { $0.formUnion(labelsAsked[$1] ?? []) }
        return Key(
            isStranger: target.isStranger, chain: chain, labels: target.labels?.filter { asked.contains($0.key) },
            naming: naming.filter { scopes[$0].concerns(target) }, settings: target.settings,
            windows: target.windows,
            reached: target.isStranger ? [] : reached(by: target))
    }

    private func reached(by target: Target) -> Set<String> {
        Set(
            target.chain.flatMap { group in
                (packages[group] ?? [:]).values.filter { $0.percent < 100 && $0.reaches(target.device) }
                    .map { "\(group) \($0.application)" }
            })
    }

    static func labelsAsked(
        _ policies: [Policy], _ scopes: [Scope], _ windows: [String: [MaintenanceWindow]],
        _ packages: [Package]
    ) -> [String: Set<String>] {
        var asked: [String: Set<String>] = windows.mapValues { _ in [] }
        for package in packages { asked[package.group, default: []] = asked[package.group] ?? [] }
        for policy in policies {
            asked[policy.group, default: []].formUnion(policy.layer.profiles.flatMap(\.condition.labelNames))
        }
        for case .group(let name, let labels) in scopes { asked[name, default: []].formUnion(labels.keys) }
        return asked
    }
}
