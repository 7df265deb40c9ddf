import DesiredState
import DeviceProtocol
import Manifests
import ServerStore

extension FleetQueries {
    /// Devices of a rollout that are shown.
    package static let mostRolloutDevices = 10_000

    /// Throws `notFound`.
    package func rollout(_ name: String) async throws -> RolloutState {
        try await store.read { reader in
            guard let row = try reader.first("SELECT * FROM plugin_packages WHERE name = $1", [.text(name)]) else {
                throw CoreError(.notFound, "no PluginPackage \"\(name)\"")
            }
            let object = try DeclaredObject(kind: .pluginPackage, row: row)
            guard case .pluginPackage(let spec) = try object.spec() else {
                throw StoreError(.damaged, "plugin package \(name): its spec is not one")
            }
            let digest = try row.blob("digest")
            let rows = try reader.query(
                """
                SELECT d.uid, d.hostname, p.status, p.version, p.reason, p.percent, p.updated_at, p.offered
                FROM devices d JOIN device_entries e ON e.device_uid = d.uid AND e.entry = $1 AND instr(e.body, $2) > 0
                LEFT JOIN device_packages p ON p.device_uid = d.uid AND p.application = $3
                ORDER BY d.hostname, d.uid LIMIT \(Self.mostRolloutDevices)
                """,
                [.text(DeviceDocument.packagesEntry), .text(Digest.hex(digest)), .text(spec.application)])
            return RolloutState(
                name: name, application: spec.application, version: spec.version, percent: spec.percent,
                isPaused: spec.isPaused, haltedAt: try row.optionalInteger("halted_at"),
                haltReason: try row.text("halt_reason"), devices: try rows.compactMap { try Self.device($0, digest) })
        }
    }

    /// What the device says of another package says nothing of this one, except what it has.
    private static func device(_ row: SQLRow, _ digest: [UInt8]) throws -> DevicePackage? {
        guard let uid = DeviceUID(try row.blob("uid")) else { return nil }
        let isOfThis = try row.optionalBlob("offered") == digest
        return DevicePackage(
            device: uid, hostname: try row.text("hostname"), status: isOfThis ? try row.optionalInteger("status") : nil,
            version: try row.optionalText("version") ?? "",
            reason: isOfThis ? try row.optionalText("reason") ?? "" : "",
            percent: isOfThis ? try row.optionalInteger("percent") ?? 0 : 0,
            updatedAt: try row.optionalInteger("updated_at"))
    }
}
