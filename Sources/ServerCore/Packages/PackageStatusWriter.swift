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
        try transaction.execute("DELETE FROM device_packages WHERE device_uid = $1", [.blob(device.bytes)])
        let all = statuses.packages.sorted { $0.key < $1.key }.prefix(Self.most)
        try transaction.executeBatch(
            """
            INSERT INTO device_packages (device_uid, application, status, version, digest, offered, reason, percent, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """,
            all.map { name, status in
                [
                    .blob(device.bytes), .text(String(name.prefix(Self.longestText))),
                    .integer(Int64(status.status.rawValue)),
                    .text(String(status.agentHasVersion.prefix(Self.longestText))),
                    .blob(Array(status.agentHasHash)), .blob(Array(status.serverOfferedHash)),
                    .text(String(status.errorMessage.prefix(Self.longestText))),
                    .integer(Int64(max(0, min(100, status.downloadDetails.downloadPercent)))), .integer(now),
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
            let count =
                try transaction.first(
                    "SELECT count(*) AS failed FROM device_packages WHERE offered = $1 AND status = $2",
                    [.blob(digest), .integer(Int64(OpAMPPackageStatusEnum.installFailed.rawValue))])?.integer("failed")
                ?? 0
            guard count >= spec.haltAfterFailures else { continue }
            let reason = "\(count) devices failed to take \(spec.application) \(spec.version)"
            try transaction.execute(
                "UPDATE plugin_packages SET halted_at = $2, halt_reason = $3 WHERE name = $1",
                [.text(object.name), .integer(now), .text(reason)])
            for group in try GroupRecord.subtree(of: row.text("group_name"), in: transaction) {
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
}
