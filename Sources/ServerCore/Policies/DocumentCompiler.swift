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
        /// It gets the target's maintenance windows.
        package var inMaintenanceWindows: Bool
        package var scope: Scope

        package init(definition: TaskDefinition, inMaintenanceWindows: Bool = false, scope: Scope) {
            self.definition = definition
            self.inMaintenanceWindows = inMaintenanceWindows
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

    package struct ScopedSecret: Sendable, Equatable {
        package var name: String
        package var reference: SecretReference
        package var scope: Scope

        package init(name: String, reference: SecretReference, scope: Scope) {
            self.name = name
            self.reference = reference
            self.scope = scope
        }
    }

    /// A package that devices of a group are to have, as far as its rollout goes.
    package struct Package: Sendable, Equatable {
        package var application: String
        package var group: String
        package var offer: PackageOffer
        /// What the others keep.
        package var previous: PackageOffer?
        package var percent: Int64

        package init(
            application: String, group: String, offer: PackageOffer, previous: PackageOffer? = nil, percent: Int64 = 100
        ) {
            self.application = application
            self.group = group
            self.offer = offer
            self.previous = previous
            self.percent = percent
        }

        /// Whether the rollout has reached a device: always the same ones for a plugin, whatever the order in which they
        /// come, and those of a lower percentage among those of a higher. No device stands for all of them.
        package func reaches(_ device: DeviceUID?) -> Bool {
            guard percent < 100, let device else { return percent > 0 }
            let digest = Digest.sha256(device.bytes + Array(application.utf8))
            let place = digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return UInt64(place) * 100 < UInt64(percent) << 32
        }
    }

    package enum Scope: Sendable, Equatable {
        case group(String, labels: [String: String])
        case devices(Set<DeviceUID>)

        /// Labels that are not known may be any.
        func concerns(_ target: Target) -> Bool {
            switch self {
            case .group(let name, let wanted):
                guard target.chain.contains(name) else { return false }
                return target.labels.map { labels in wanted.allSatisfy { labels[$0.key] == $0.value } } ?? true
            case .devices(let uids): return target.device.map(uids.contains) ?? false
            }
        }
    }

    /// By group and application.
    let policies: [String: [String: PolicyLayer]]
    let tasks: [ScopedTask]
    let configs: [ScopedConfig]
    let secrets: [ScopedSecret]
    /// By group and application.
    let packages: [String: [String: Package]]
    let trust: JSONValue?
    /// By group.
    let windows: [String: [MaintenanceWindow]]
    /// Of the tasks, then of the configurations, then of the secrets.
    let scopes: [Scope]
    /// Those of the scopes that name devices.
    let naming: [Int]
    /// Groups of which something is said, with the labels that it asks for.
    let labelsAsked: [String: Set<String>]

    package init(
        policies: [Policy], tasks: [ScopedTask], configs: [ScopedConfig] = [], secrets: [ScopedSecret] = [],
        windows: [String: [MaintenanceWindow]] = [:], packages: [Package] = [], trust: JSONValue? = nil
    ) {
        self.trust = trust
        self.packages = Dictionary(grouping: packages, by: \.group).mapValues { packages in
            Dictionary(packages.map { ($0.application, $0) }, uniquingKeysWith: { first, _ in first })
        }
        self.windows = windows
        self.policies = Dictionary(grouping: policies, by: \.group).mapValues { policies in
            // The store holds one active policy per application and group.
            Dictionary(policies.map { ($0.application, $0.layer) }, uniquingKeysWith: { first, _ in first })
        }
        self.tasks = tasks
        self.configs = configs
        self.secrets = secrets
        scopes = tasks.map(\.scope) + configs.map(\.scope) + secrets.map(\.scope)
        naming = scopes.indices.filter { [scopes] in if case .devices = scopes[$0] { true } else { false } }
        labelsAsked = Self.labelsAsked(policies, scopes, windows, packages)
    }

    /// Whether something of these groups is for devices with certain labels alone.
    package func selectsByLabels(in chain: [String]) -> Bool {
        scopes.contains { scope in
            if case .group(let name, let labels) = scope { !labels.isEmpty && chain.contains(name) } else { false }
        }
    }

    /// What travels, by name: to an agent of ours its document, to another OpAMP client what is declared for such.
    package func entries(of target: Target) -> [String: [UInt8]] {
        guard target.isStranger else { return compile(target).entries() }
        return compileConfig(for: target).mapValues { CanonicalJSON.encode($0) }
    }

    /// From the root down to the device's group, then what names the device itself, each in the order in which it was
    /// given: objects merge by key, everything else replaces.
    private func compileConfig(for target: Target) -> [String: JSONValue] {
        var merged: [String: JSONValue] = [:]
        let concerned = configs.filter { $0.scope.concerns(target) }
        func add(where isOfThisPlace: (Scope) -> Bool) {
            for config in concerned where isOfThisPlace(config.scope) {
                merged.merge(config.entries) { SettingsMerge.merge($0, with: $1) }
            }
        }
        for group in target.chain.reversed() { add { if case .group(group, _) = $0 { true } else { false } } }
        add { if case .devices = $0 { true } else { false } }
        return merged
    }

    /// The target's document. One without a device gives what every device of the group has in common.
    package func compile(_ target: Target) -> DeviceDocument {
        let concerned = tasks.filter { $0.scope.concerns(target) }
        return DeviceDocument(
            applications: stacks(of: target).mapValues { $0.entry(labels: target.labels) },
            tasks: concerned.map { task in
                var definition = task.definition
                if task.inMaintenanceWindows { definition.windows = windows(of: target) }
                return definition
            },
            secrets: Dictionary(
                secrets.filter { $0.scope.concerns(target) }.map { ($0.name, $0.reference) },
                uniquingKeysWith: { first, _ in first }),
            packages: offers(of: target),
            trust: trust)
    }

    /// Of each application that of the nearest group whose rollout has something for the target: one that has not reached it
    /// yet, and came after nothing, leaves it what groups further away say.
    private func offers(of target: Target) -> [String: PackageOffer] {
        var offers: [String: PackageOffer] = [:]
        for group in target.chain {
            for (application, package) in packages[group] ?? [:] where offers[application] == nil {
                offers[application] = package.reaches(target.device) ? package.offer : package.previous
            }
        }
        return offers
    }

    /// The device's own, else those of the nearest group that says something of them.
    private func windows(of target: Target) -> [MaintenanceWindow] {
        target.windows ?? target.chain.lazy.compactMap { windows[$0] }.first ?? []
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
