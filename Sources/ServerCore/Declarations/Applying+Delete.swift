import DesiredState
import DeviceProtocol
import Manifests
import ServerStore

extension Applying {
    mutating func delete(_ kind: ManifestKind, name: String) throws {
        guard kind != .device else { return try delete(device: DeviceLookup.resolve(name, in: transaction)) }
        guard let existing = try existing(kind, name) else {
            throw CoreError(.notFound, "no \(kind.rawValue) \"\(name)\"")
        }
        switch try existing.spec() {
        case .group: try leave(group: name)
        case .secret(let spec): try touch(spec.scope)
        case .policy(let spec): try touchSubtree(of: GroupPath.name(of: spec.group))
        case .task(let spec):
            try assertNotAwaited(task: name)
            try touch(spec.scope)
        case .remoteConfig(let spec): try touchStrangers(spec.scope)
        case .trustDocument: try touchSubtree(of: GroupRecord.root)
        case .pluginPackage(let spec): try touchSubtree(of: GroupPath.name(of: spec.group))
        case .applicationSettings: touchedDevices.formUnion(try device(ofSettings: name))
        case .enrollmentToken, .device: break
        }
        try transaction.execute("DELETE FROM \(DeclaredState.table(kind)) WHERE name = $1", [.text(name)])
        let shown = DeclaredState.Current(
            name: name, labels: existing.labels, revision: existing.revision, spec: existing.specJSON
        ).shown
        result.changes.append(
            .init(kind: kind, name: name, action: .deleted, differences: JSONDifference.between(shown, nil)))
        try AuditLog.write(
            "delete", kind: kind.rawValue, name: name, before: CanonicalJSON.text(existing.specJSON), by: identity,
            now: now, in: transaction)
    }

    private func assertNotAwaited(task name: String) throws {
        let waiting = try taskChains().predecessors.filter { $0.value == name }.keys.sorted()
        guard waiting.isEmpty else {
            throw CoreError(
                .conflict, "task \"\(name)\" starts others when it ends: \(waiting.joined(separator: ", "))")
        }
    }

    /// Devices that its own rules brought go where they belong without it; those that enrolled in it and are elsewhere by
    /// now would come back to its parent.
    private mutating func leave(group name: String) throws {
        moved(try DevicePlacer(transaction, without: name).placeAll(in: name))
        try assertUnused(group: name)
        try transaction.execute(
            "UPDATE devices SET home_group = (SELECT parent FROM groups WHERE name = $1) WHERE home_group = $1",
            [.text(name)])
    }

    private func assertUnused(group name: String) throws {
        guard name != GroupRecord.root else { throw CoreError(.conflict, "the root group cannot be deleted") }
        let users: KeyValuePairs = [
            "groups": "SELECT name AS user_name FROM groups WHERE parent = $1",
            "policies": "SELECT name AS user_name FROM policies WHERE group_name = $1",
            "secrets": "SELECT name AS user_name FROM secrets WHERE group_name = $1",
            "enrolment tokens": "SELECT name AS user_name FROM enrollment_tokens WHERE group_name = $1",
            "plugin packages": "SELECT name AS user_name FROM plugin_packages WHERE group_name = $1",
            "remote configurations": "SELECT name AS user_name FROM remote_configs WHERE group_name = $1",
            "devices": "SELECT hostname AS user_name FROM devices WHERE group_name = $1",
        ]
        for (what, sql) in users {
            let rows = try transaction.query(sql + " ORDER BY 1 LIMIT 3", [.text(name)])
            guard rows.isEmpty else {
                let names = try rows.map { try $0.text("user_name") }.joined(separator: ", ")
                throw CoreError(.conflict, "group \"\(name)\" still has \(what): \(names)")
            }
        }
        try assertNoTask(in: name)
    }

    private func assertNoTask(in group: String) throws {
        for row in try transaction.query("SELECT * FROM tasks ORDER BY name") {
            let task = try DeclaredObject(kind: .task, row: row)
            guard case .task(let spec) = try task.spec(), case .group(let scope, _) = spec.scope else { continue }
            if GroupPath.name(of: scope) == group {
                throw CoreError(.conflict, "group \"\(group)\" still has tasks: \(task.name)")
            }
        }
    }

    /// The device and all that is known of it. Its certificate is then one of an unknown device.
    private mutating func delete(device uid: DeviceUID) throws {
        touchedDevices.insert(uid)
        changesFacts = true
        let tables = [
            "device_certificates", "application_states", "entry_results", "statistics",
            "statistics_history", "event_streams", "events", "runs", "orders", "application_settings",
            "device_packages",
        ]
        for table in tables {
            try transaction.execute("DELETE FROM \(table) WHERE device_uid = $1", [.blob(uid.bytes)])
        }
        try SoftwareListKeeper(device: uid, transaction: transaction).forget()
        try transaction.execute("DELETE FROM devices WHERE uid = $1", [.blob(uid.bytes)])
        try AuditLog.write("delete", kind: "Device", name: "\(uid)", by: identity, now: now, in: transaction)
    }
}
