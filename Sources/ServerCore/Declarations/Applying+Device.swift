import DesiredState
import DeviceProtocol
import Manifests
import ServerStore

extension Applying {
    /// Devices are not made by manifests: they enrol.
    mutating func apply(_ spec: DeviceSpec, of manifest: Manifest) throws -> ApplyResult.Action? {
        let uid: DeviceUID
        do {
            uid = try DeviceLookup.resolve(manifest.metadata.name, in: transaction)
        } catch let error as CoreError {
            problems.append(manifest.problem(at: "metadata.name", expected: "an enrolled device", got: error.message))
            return nil
        }
        let current = try DeviceRecord.read(uid, in: transaction)
        var group = current.group
        if let wanted = spec.group {
            guard let name = try self.group(wanted, at: "spec.group", of: manifest) else { return nil }
            group = name
        }
        var wanted = current.layer
        wanted.syncInterval = spec.syncInterval
        wanted.keepConnection = spec.keepConnection
        wanted.priority = spec.priority.map(Int.init(clamping:))
        let isManual = spec.group != nil
        guard
            wanted != current.layer || isManual != (current.placement == .manual) || group != current.group
                || manifest.metadata.labels != current.labels
                || spec.maintenanceWindows != current.maintenanceWindows
        else {
            return .unchanged
        }
        try transaction.execute(
            """
            UPDATE devices SET group_name = $2, sync_interval = $3, keep_connection = $4, keep_priority = $5, labels = $6,
                revision = revision + 1, home_group = coalesce(home_group, group_name),
                placement = CASE WHEN $7 = 1 THEN 'manual' WHEN placement = 'manual' THEN 'enrollment' ELSE placement END,
                placement_reason = CASE WHEN $7 = 1 THEN '' ELSE placement_reason END, maintenance_windows = $8
            WHERE uid = $1
            """,
            [
                .blob(uid.bytes), .text(group), .integer(spec.syncInterval), .flag(spec.keepConnection),
                .integer(spec.priority), .text(Labels.text(manifest.metadata.labels)),
                .flag(isManual), .text(MaintenanceWindow.text(spec.maintenanceWindows)),
            ])
        if !isManual { moved(try DevicePlacer(transaction).place(uid)) }
        touchedDevices.insert(uid)
        return .changed
    }
}
