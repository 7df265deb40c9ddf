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

        package enum Scope: Sendable, Equatable {
            case group(String)
            case devices(Set<DeviceUID>)
        }
    }

    private let settings: [String: [String: JSONValue]]
    private let tasks: [ScopedTask]

    package init(policies: [Policy], tasks: [ScopedTask]) {
        settings = Dictionary(grouping: policies, by: \.group).mapValues { policies in
            Dictionary(policies.map { ($0.application, $0.settings) }, uniquingKeysWith: SettingsMerge.merge)
        }
        self.tasks = tasks
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
