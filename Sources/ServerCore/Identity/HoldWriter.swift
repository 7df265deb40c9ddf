import DeviceProtocol
import ServerStore

/// Holds devices and lets them go, inside one transaction.
struct HoldWriter {
    let device: DeviceUID
    let now: Int64
    let transaction: any SQLTransaction

    /// A device that is held already stays as it is.
    func hold(keeper: [UInt8], newcomer: [UInt8], split: Bool, address: String) throws {
        let reason = "two agents work under this identity, one of them at \(address)"
        let changed = try transaction.execute(
            """
            UPDATE devices SET hold_reason = $2, hold_at = $3, hold_keeper = $4, hold_split = $5,
                hold_newcomer = $6, hold_candidate = NULL, revision = revision + 1 WHERE uid = $1 AND hold_reason IS NULL
            """, [.blob(device.bytes), .text(reason), .integer(now), .blob(keeper), .flag(split), .blob(newcomer)])
        guard changed > 0 else { return }
        try AuditLog.write(
            "hold", kind: "Device", name: "\(device)", detail: reason,
            by: OperatorIdentity(name: "martlet-server", role: .admin), now: now, in: transaction)
    }

    func note(_ hold: DeviceHold) throws {
        try transaction.execute(
            "UPDATE devices SET hold_keeper = $2, hold_newcomer = $3, hold_candidate = $4 WHERE uid = $1",
            [.blob(device.bytes), .blob(hold.keeper), .blob(hold.newcomer), .blob(hold.candidate)])
    }

    /// Forgets the hold and the starts that led to it. Throws `conflict` when the device is not held.
    func release(by identity: OperatorIdentity) throws {
        let changed = try transaction.execute(
            """
            UPDATE devices SET start_id = coalesce(hold_keeper, start_id), start_before = NULL, hold_reason = NULL,
                hold_at = NULL, hold_keeper = NULL, hold_newcomer = NULL, hold_candidate = NULL, hold_split = 0,
                revision = revision + 1 WHERE uid = $1 AND hold_reason IS NOT NULL
            """, [.blob(device.bytes)])
        guard changed > 0 else { throw CoreError(.conflict, "device \(device) is not held") }
        try AuditLog.write("release", kind: "Device", name: "\(device)", by: identity, now: now, in: transaction)
    }

    /// The newcomer is to get an identity of its own. Throws `conflict` when the device is not held.
    func split(by identity: OperatorIdentity) throws {
        let changed = try transaction.execute(
            "UPDATE devices SET hold_split = 1, revision = revision + 1 WHERE uid = $1 AND hold_reason IS NOT NULL",
            [.blob(device.bytes)])
        guard changed > 0 else { throw CoreError(.conflict, "device \(device) is not held") }
        try AuditLog.write("split", kind: "Device", name: "\(device)", by: identity, now: now, in: transaction)
    }
}
