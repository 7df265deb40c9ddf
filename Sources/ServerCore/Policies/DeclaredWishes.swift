import DesiredState
import Manifests
import PluginPackage
import ServerStore

/// Everything that documents are made of and that operators declared for many devices, as it was read. Which devices
/// names mean is not decided yet: host names come and go without anybody declaring anything.
struct DeclaredWishes: Sendable {
    private var policies: [DocumentCompiler.Policy]
    private var tasks: [(definition: TaskDefinition, inMaintenanceWindows: Bool, scope: TaskScope)]
    private var configs: [(entries: [String: JSONValue], scope: TaskScope)]
    /// Those that have a value.
    private var windows: [String: [MaintenanceWindow]]
    private var packages: [DocumentCompiler.Package]
    private var trust: JSONValue?
    private var secrets: [(name: String, reference: SecretReference, scope: TaskScope)]

    init(from reader: any SQLReader) throws {
        policies = try reader.query("SELECT * FROM policies WHERE active = 1 ORDER BY name").map { row in
            let record = try DeclaredObject(kind: .policy, row: row)
            guard case .policy(let spec) = try record.spec() else {
                throw StoreError(.damaged, "policy \(record.name): its spec is not a policy's")
            }
            return DocumentCompiler.Policy(
                application: spec.application, group: try row.text("group_name"), layer: spec.layer(name: record.name))
        }
        tasks = try reader.query("SELECT * FROM tasks ORDER BY name").map { row in
            let record = try DeclaredObject(kind: .task, row: row)
            guard case .task(let spec) = try record.spec() else {
                throw StoreError(.damaged, "task \(record.name): its spec is not a task's")
            }
            return (record.taskDefinition(spec), spec.inMaintenanceWindows, spec.scope)
        }
        configs = try reader.query("SELECT * FROM remote_configs ORDER BY name").map { row in
            let record = try DeclaredObject(kind: .remoteConfig, row: row)
            guard case .remoteConfig(let spec) = try record.spec() else {
                throw StoreError(.damaged, "remote configuration \(record.name): its spec is not one")
            }
            return (spec.entries, spec.scope)
        }
        windows = try Self.windows(in: reader)
        let renewals = try PackageRecord.renewals(in: reader)
        packages = try reader.query("SELECT * FROM plugin_packages ORDER BY name").map {
            try Self.package($0, renewals)
        }
        trust = try DeclaredTrust.signed(in: reader)?.json
        secrets = try reader.query("SELECT * FROM secrets WHERE version <> '' ORDER BY name").map { row in
            let record = try DeclaredObject(kind: .secret, row: row)
            guard case .secret(let spec) = try record.spec() else {
                throw StoreError(.damaged, "secret \(record.name): its spec is not a secret's")
            }
            let reference = SecretReference(application: spec.application, version: try row.text("version"))
            return (record.name, reference, spec.scope)
        }
    }

    private static func package(
        _ row: SQLRow, _ renewals: [[UInt8]: Int64]
    ) throws -> DocumentCompiler.Package {
        let record = try DeclaredObject(kind: .pluginPackage, row: row)
        guard case .pluginPackage(let spec) = try record.spec() else {
            throw StoreError(.damaged, "plugin package \(record.name): its spec is not one")
        }
        let isHeld = try spec.isPaused || row.optionalInteger("halted_at") != nil
        let offered = try row.blob("digest")
        var package = DocumentCompiler.Package(
            application: spec.application, group: try row.text("group_name"),
            offer: PackageOffer(
                version: spec.version, digest: offered, isHeld: isHeld, renewed: renewals[offered]),
            percent: spec.percent)
        if let digest = try row.optionalBlob("previous_digest"), let version = try row.optionalText("previous_version")
        {
            package.previous = PackageOffer(version: version, digest: digest, renewed: renewals[digest])
        }
        return package
    }

    /// By group, of those that say something of them.
    private static func windows(in reader: any SQLReader) throws -> [String: [MaintenanceWindow]] {
        let rows = try reader.query("SELECT * FROM groups WHERE spec LIKE '%maintenanceWindows%'")
        return try rows.reduce(into: [:]) { windows, row in
            let record = try DeclaredObject(kind: .group, row: row)
            if case .group(let spec) = try record.spec() { windows[record.name] = spec.maintenanceWindows }
        }
    }

    /// With the devices that names mean in `reader`'s view.
    func compiler(in reader: any SQLReader) throws -> DocumentCompiler {
        DocumentCompiler(
            policies: policies,
            tasks: try tasks.map {
                .init(
                    definition: $0.definition, inMaintenanceWindows: $0.inMaintenanceWindows,
                    scope: try Self.scope($0.scope, in: reader))
            },
            configs: try configs.map { .init(entries: $0.entries, scope: try Self.scope($0.scope, in: reader)) },
            secrets: try secrets.map {
                .init(name: $0.name, reference: $0.reference, scope: try Self.scope($0.scope, in: reader))
            }, windows: windows, packages: packages, trust: trust)
    }

    /// Host names may come and go: those that name no device now concern none.
    private static func scope(_ scope: TaskScope, in reader: any SQLReader) throws -> DocumentCompiler.Scope {
        switch scope {
        case .group(let name, let labels): return .group(GroupPath.name(of: name), labels: labels)
        case .devices(let names):
            let uids = try names.flatMap { try DeviceLookup.matches($0, in: reader) }
            return .devices(Set(uids))
        }
    }
}
