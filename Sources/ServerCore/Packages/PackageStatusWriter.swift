import DesiredState
import DeviceProtocol
import Manifests
import OpAMP
import ServerStore

/// Stores what a device says of its packages, and halts a rollout of which too many devices say that it failed.
struct PackageStatusWriter {
    /// Packages of one device that are kept.
    static let most = 256
    static let longestText = 1_024

    let device: DeviceUID
    let now: Int64
    let transaction: any SQLTransaction

    /// Whether a rollout was halted: documents of other devices are to be made anew.
    func write(_ statuses: OpAMPPackageStatuses, epoch: Identifier) throws -> Bool {
        let before = try transaction.query(
            "SELECT application, status, offered, updated_at FROM device_packages WHERE device_uid = $1",
            [.blob(device.bytes)]
        ).reduce(into: [:]) { known, row in
            known[try row.text("application")] = (
                try row.integer("status"), try row.blob("offered"), try row.integer("updated_at")
            )
        }
        try transaction.execute("DELETE FROM device_packages WHERE device_uid = $1", [.blob(device.bytes)])
        let all = statuses.packages.sorted { $0.key < $1.key }.prefix(Self.most)
        try transaction.executeBatch(
            """
            INSERT INTO device_packages (device_uid, application, status, version, digest, offered, reason, percent, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            all.map { name, status in
                let state = Int64(status.status.rawValue)
                // What is said again is as old as it was.
                let since = before[name].flatMap {
                    $0.0 == state && $0.1 == Array(status.serverOfferedHash) ? $0.2 : nil
                }
                return [
                    .blob(device.bytes), .text(String(name.prefix(Self.longestText))),
                    .integer(state),
                    .text(String(status.agentHasVersion.prefix(Self.longestText))),
                    .blob(Array(status.agentHasHash)), .blob(Array(status.serverOfferedHash)),
                    .text(String(status.errorMessage.prefix(Self.longestText))),
                    .integer(Int64(max(0, min(100, status.downloadDetails.downloadPercent)))), .integer(since ?? now),
                ]
            })
        var halted = false
        for (_, status) in all where status.status == .installFailed {
            if try haltIfDue(Array(status.serverOfferedHash), epoch: epoch) { halted = true }
        }
        return halted
    }

    private func haltIfDue(_ digest: [UInt8], epoch: Identifier) throws -> Bool {
        let rows = try transaction.query(
            "SELECT * FROM plugin_packages WHERE digest = $1 AND halted_at IS NULL", [.blob(digest)])
        var halted = false
        for row in rows {
            let object = try DeclaredObject(kind: .pluginPackage, row: row)
            guard case .pluginPackage(let spec) = try object.spec() else { continue }
            let groups = Set(try GroupRecord.subtree(of: row.text("group_name"), in: transaction))
            // What was brought anew since is tried anew: who failed before it has not failed yet.
            let renewed = try transaction.first(
                "SELECT max(renewed_at) AS at FROM published_packages WHERE digest = $1", [.blob(digest)])
            let since = max(object.updatedAt, try renewed?.optionalInteger("at") ?? 0)
            let count = Int64(try failed(digest, spec.application, since: since).filter(groups.contains).count)
            guard count >= spec.haltAfterFailures else { continue }
            let reason = "\(count) devices failed to take \(spec.application) \(spec.version)"
            try transaction.execute(
                "UPDATE plugin_packages SET halted_at = $2, halt_reason = $3 WHERE name = $1",
                [.text(object.name), .integer(now), .text(reason)])
            for group in groups.sorted() {
                _ = try DocumentRefresher.mark(group: group, in: transaction)
            }
            try DeclaredVersion.renew(now: now, in: transaction)
            try ServerEvent(
                device: device.bytes, severity: .failure, type: "rollout.halted",
                text: "PluginPackage \(object.name) halted: \(reason)",
                data: ["pluginPackage": .string(object.name), "failed": .integer(count)]
            ).store(epoch: epoch, now: now, in: transaction)
            halted = true
        }
        return halted
    }

    /// Groups of the devices that failed since the object was last changed, or the package brought anew: of those that are offered
    /// the package, each once, whatever others say of it.
    private func failed(_ digest: [UInt8], _ application: String, since: Int64) throws -> [String] {
        try transaction.query(
            """
            SELECT d.group_name FROM device_packages p JOIN devices d ON d.uid = p.device_uid
            JOIN device_entries e ON e.device_uid = p.device_uid AND e.entry = $4 AND instr(e.body, $5) > 0
            WHERE p.offered = $1 AND p.status = $2 AND p.application = $3 AND p.updated_at >= $6
            """,
            [
                .blob(digest), .integer(Int64(OpAMPPackageStatusEnum.installFailed.rawValue)), .text(application),
                .text(DeviceDocument.packagesEntry), .text(Digest.hex(digest)), .integer(since),
            ]
        ).map { try $0.text("group_name") }
    }
}
