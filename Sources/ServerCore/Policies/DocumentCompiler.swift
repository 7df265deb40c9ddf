package import DesiredState
package import DeviceProtocol
import Manifests

/// Makes one device's document of what operators declared. Pure: the same wishes give the same bytes.
package struct DocumentCompiler: Sendable {
    package struct Policy: Sendable, Equatable {
        package var application: String
        package var group: String
        package var layer: PolicyLayer

        package init(application: String, group: String, layer: PolicyLayer) {
            self.application = application
            self.group = group
            self.layer = layer
        }
    }

    package struct ScopedTask: Sendable, Equatable {
        package var definition: TaskDefinition
        package var scope: Scope

        package init(definition: TaskDefinition, scope: Scope) {
            self.definition = definition
            self.scope = scope
        }

        package typealias Scope = DocumentCompiler.Scope
    }

    /// Entries of remote configuration for OpAMP clients that are not ours.
    package struct ScopedConfig: Sendable, Equatable {
        package var entries: [String: JSONValue]
        package var scope: Scope

        package init(entries: [String: JSONValue], scope: Scope) {
            self.entries = entries
            self.scope = scope
        }
    }

    package enum Scope: Sendable, Equatable {
        case group(String)
        case devices(Set<DeviceUID>)
    }

    /// By group and application.
    private let policies: [String: [String: PolicyLayer]]
    private let tasks: [ScopedTask]
    private let configs: [ScopedConfig]

    package init(policies: [Policy], tasks: [ScopedTask], configs: [ScopedConfig] = []) {
        self.policies = Dictionary(grouping: policies, by: \.group).mapValues { policies in
            // The store holds one active policy per application and group.
            Dictionary(policies.map { ($0.application, $0.layer) }, uniquingKeysWith: { first, _ in first })
        }
        self.tasks = tasks
        self.configs = configs
    }

    /// What travels, by name: to an agent of ours its document, to another OpAMP client what is declared for such.
    package func entries(of target: Target) -> [String: [UInt8]] {
        guard target.isStranger else { return compile(target).entries() }
        return compileConfig(device: target.device, chain: target.chain).mapValues { CanonicalJSON.encode($0) }
    }

    /// From the root down to the device's group, then what names the device itself, each in the order in which it was
    /// given: objects merge by key, everything else replaces.
    private func compileConfig(device: DeviceUID?, chain: [String]) -> [String: JSONValue] {
        var merged: [String: JSONValue] = [:]
        func add(where concerns: (Scope) -> Bool) {
            for config in configs where concerns(config.scope) {
                merged.merge(config.entries) { SettingsMerge.merge($0, with: $1) }
            }
        }
        for group in chain.reversed() { add { $0 == .group(group) } }
        add { if case .devices(let uids) = $0, let device { uids.contains(device) } else { false } }
        return merged
    }

    /// The target's document. One without a device gives what every device of the group has in common.
    package func compile(_ target: Target) -> DeviceDocument {
        let groups = Set(target.chain)
        let concerned = tasks.filter { task in
            switch task.scope {
            case .group(let name): groups.contains(name)
            case .devices(let uids): target.device.map(uids.contains) ?? false
            }
        }
        return DeviceDocument(
            applications: stacks(of: target).mapValues { $0.entry(labels: target.labels) },
            tasks: concerned.map(\.definition))
    }

    /// Everything that concerns the target, by application, before it is merged.
    package func stacks(of target: Target) -> [String: PolicyStack] {
        var stacks = target.settings.mapValues { PolicyStack(policies: [], device: $0) }
        for group in target.chain.reversed() {
            for (application, layer) in policies[group] ?? [:] {
                stacks[application, default: PolicyStack(policies: [])].policies.append(layer)
            }
        }
        return stacks
    }
}
