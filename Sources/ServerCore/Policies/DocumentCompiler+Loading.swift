import DesiredState
import DeviceProtocol
import Manifests
import ServerStore

extension DocumentCompiler {
    /// Everything that is declared, as of `reader`'s view.
    static func load(from reader: any SQLReader) throws -> DocumentCompiler {
        let policies = try reader.query("SELECT * FROM policies WHERE active = 1 ORDER BY name").map { row in
            let record = try DeclaredObject(kind: .policy, row: row)
            guard case .policy(let spec) = try record.spec() else {
                throw StoreError(.damaged, "policy \(record.name): its spec is not a policy's")
            }
            return Policy(
                application: spec.application, group: try row.text("group_name"), layer: spec.layer(name: record.name))
        }
        let tasks = try reader.query("SELECT * FROM tasks ORDER BY name").map { row in
            let record = try DeclaredObject(kind: .task, row: row)
            guard case .task(let spec) = try record.spec() else {
                throw StoreError(.damaged, "task \(record.name): its spec is not a task's")
            }
            return ScopedTask(definition: record.taskDefinition(spec), scope: try scope(spec.scope, in: reader))
        }
        let configs = try reader.query("SELECT * FROM remote_configs ORDER BY name").map { row in
            let record = try DeclaredObject(kind: .remoteConfig, row: row)
            guard case .remoteConfig(let spec) = try record.spec() else {
                throw StoreError(.damaged, "remote configuration \(record.name): its spec is not one")
            }
            return ScopedConfig(entries: spec.entries, scope: try scope(spec.scope, in: reader))
        }
        return DocumentCompiler(policies: policies, tasks: tasks, configs: configs)
    }

    /// Host names may come and go: those that name no device now concern none.
    private static func scope(_ scope: TaskScope, in reader: any SQLReader) throws -> Scope {
        switch scope {
        case .group(let name, let labels): return .group(GroupPath.name(of: name), labels: labels)
        case .devices(let names):
            let uids = try names.flatMap { try DeviceLookup.matches($0, in: reader) }
            return .devices(Set(uids))
        }
    }
}
