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
        guard wanted != current.layer || group != current.group || manifest.metadata.labels != current.labels else {
            return .unchanged
        }
        try transaction.execute(
            """
            UPDATE devices SET group_name = $2, sync_interval = $3, keep_connection = $4, keep_priority = $5, labels = $6,
                revision = revision + 1 WHERE uid = $1
            """,
            [
                .blob(uid.bytes), .text(group), .integer(spec.syncInterval), .flag(spec.keepConnection),
                .integer(spec.priority), .text(Labels.text(manifest.metadata.labels)),
            ])
        touchedDevices.insert(uid)
        return .changed
    }
}
