package import DesiredState
package import DeviceProtocol
import Manifests

/// Makes one device's document of what operators declared. Pure: the same wishes give the same bytes.
package struct DocumentCompiler: Sendable {
    package struct Policy: Sendable, Equatable {
        package var application: String
        package var group: String
        package var settings: JSONValue

        package init(application: String, group: String, settings: JSONValue) {
            self.application = application
            self.group = group
            self.settings = settings
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

    private let settings: [String: [String: JSONValue]]
    private let tasks: [ScopedTask]
    private let configs: [ScopedConfig]

    package init(policies: [Policy], tasks: [ScopedTask], configs: [ScopedConfig] = []) {
        settings = Dictionary(grouping: policies, by: \.group).mapValues { policies in
            Dictionary(policies.map { ($0.application, $0.settings) }, uniquingKeysWith: SettingsMerge.merge)
        }
        self.tasks = tasks
        self.configs = configs
    }

    /// What travels, by name: to an agent of ours its document, to another OpAMP client what is declared for such.
    package func entries(of device: DeviceUID?, chain: [String], isStranger: Bool) -> [String: [UInt8]] {
        guard isStranger else { return compile(device: device, chain: chain).entries() }
        return compileConfig(device: device, chain: chain).mapValues { CanonicalJSON.encode($0) }
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

    /// `chain` is the device's group and its ancestors, nearest first. `device` nil gives what every device of the group
    /// has in common.
    package func compile(device: DeviceUID?, chain: [String]) -> DeviceDocument {
        var merged: [String: JSONValue] = [:]
        for group in chain.reversed() {
            merged.merge(settings[group] ?? [:]) { SettingsMerge.merge($0, with: $1) }
        }
        let groups = Set(chain)
        let concerned = tasks.filter { task in
            switch task.scope {
            case .group(let name): groups.contains(name)
            case .devices(let uids): device.map(uids.contains) ?? false
            }
        }
        return DeviceDocument(settings: merged, tasks: concerned.map(\.definition))
    }
}
