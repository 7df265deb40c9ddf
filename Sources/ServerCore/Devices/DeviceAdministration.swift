package import DeviceProtocol
import Manifests
package import ServerStore

/// Ends a device's membership.
package struct DeviceAdministration: Sendable {
    private let store: any SQLStore
    private let revocations: RevocationFile
    private let clock: ServerClock

    package init(
        store: any SQLStore, revocations: RevocationFile = RevocationFile(), clock: ServerClock = .system
    ) {
        self.store = store
        self.revocations = revocations
        self.clock = clock
    }

    /// From the next exchange or connection on, the device's certificate gives no access, for ever: also when the store
    /// is lost or an older one is restored. Throws `notFound`.
    /// Whoever runs sessions calls `DeviceSync.invalidate` and tells its notifier.
    package func revoke(_ device: DeviceUID, by identity: OperatorIdentity) async throws {
        let now = clock.now()
        guard
            try await store.read({
                try $0.first("SELECT uid FROM devices WHERE uid = $1", [.blob(device.bytes)]) != nil
            })
        else { throw CoreError(.notFound, "no device \(device)") }
        // The file first: a crash between both leaves the device shut out.
        try revocations.add(device)
        try await store.write { transaction in
            let changed = try transaction.execute(
                "UPDATE devices SET standing = 'revoked', revision = revision + 1 WHERE uid = $1", [.blob(device.bytes)]
            )
            guard changed == 1 else { throw CoreError(.notFound, "no device \(device)") }
            try AuditLog.write("revoke", kind: "Device", name: "\(device)", by: identity, now: now, in: transaction)
        }
    }

    /// Active devices that got their identity by being split off from it, or from one of those: revoking it does not reach
    /// them. Oldest identities first.
    package func splitOff(from device: DeviceUID) async throws -> [DeviceUID] {
        try await store.read { reader in
            try reader.query(
                """
                WITH RECURSIVE copies (uid) AS (
                    SELECT uid FROM devices WHERE split_from = $1
                    UNION SELECT devices.uid FROM devices JOIN copies ON devices.split_from = copies.uid)
                SELECT copies.uid FROM copies JOIN devices ON devices.uid = copies.uid
                WHERE standing = 'active' ORDER BY copies.uid
                """, [.blob(device.bytes)]
            ).compactMap { DeviceUID(try $0.blob("uid")) }
        }
    }

    /// Forgets the device and all that is known of it; its certificate is then one of an unknown device. Throws
    /// `notFound`. Whoever runs sessions calls `DeviceSync.invalidate` and tells its notifier.
    package func delete(_ device: DeviceUID, by identity: OperatorIdentity) async throws {
        let now = clock.now()
        try await store.write { transaction in
            var applying = Applying(
                catalog: PluginCatalog([]), vault: .forgetful(), identity: identity, now: now, transaction: transaction)
            try applying.delete(.device, name: "\(device)")
        }
    }

    /// Lets a device in that joined with a token that requires approval; it stays in the token's group unless another is
    /// named. Throws `notFound`, `conflict` when it does not wait for approval, `invalid` for a group that is not there.
    /// Whoever runs sessions calls `DeviceSync.invalidate` and tells its notifier.
    package func approve(_ device: DeviceUID, into group: String?, by identity: OperatorIdentity) async throws {
        let now = clock.now()
        try await store.write { transaction in
            let row = try transaction.first("SELECT standing FROM devices WHERE uid = $1", [.blob(device.bytes)])
            guard let row else { throw CoreError(.notFound, "no device \(device)") }
            guard try row.text("standing") == DeviceStanding.pending.rawValue else {
                throw CoreError(.conflict, "device \(device) does not wait for approval")
            }
            if let group, let problem = try GroupPath.problem(with: group, in: transaction) {
                throw CoreError(
                    .invalid, "the device cannot be approved",
                    problems: [FieldProblem(path: "group", expected: "an existing group", got: problem)])
            }
            try transaction.execute(
                """
                UPDATE devices SET standing = 'active', home_group = coalesce(home_group, group_name),
                    group_name = coalesce($2, group_name), revision = revision + 1,
                    placement = CASE WHEN $2 IS NULL THEN placement ELSE 'manual' END,
                    placement_reason = CASE WHEN $2 IS NULL THEN placement_reason ELSE '' END,
                    document_wanted = document_wanted + 1 WHERE uid = $1
                """, [.blob(device.bytes), .text(group.map(GroupPath.name(of:)))])
            try AuditLog.write("approve", kind: "Device", name: "\(device)", by: identity, now: now, in: transaction)
        }
    }

    /// Lets a device go that was held because there were two of it; one of them is gone, say. Throws `notFound`,
    /// `conflict` when it is not held. Whoever runs sessions calls `DeviceSync.invalidate` and tells its notifier.
    package func release(_ device: DeviceUID, by identity: OperatorIdentity) async throws {
        try await change(device) { try $0.release(by: identity) }
    }

    /// Has the newcomer of two agents under one identity get its own. Throws `notFound`, `conflict` when it is not held.
    /// Whoever runs sessions calls `DeviceSync.invalidate` and tells its notifier.
    package func split(_ device: DeviceUID, by identity: OperatorIdentity) async throws {
        try await change(device) { try $0.split(by: identity) }
    }

    private func change(_ device: DeviceUID, _ body: @escaping @Sendable (HoldWriter) throws -> Void) async throws {
        let now = clock.now()
        try await store.write { transaction in
            guard try transaction.first("SELECT uid FROM devices WHERE uid = $1", [.blob(device.bytes)]) != nil else {
                throw CoreError(.notFound, "no device \(device)")
            }
            try body(HoldWriter(device: device, now: now, transaction: transaction))
        }
    }

    /// Shows devices as revoked that an older store, restored, holds as active.
    package func applyRevocations() async throws {
        let devices = revocations.all.map { [SQLValue.blob($0.bytes)] }
        try await store.write { transaction in
            try transaction.executeBatch(
                "UPDATE devices SET standing = 'revoked', revision = revision + 1 WHERE uid = $1 AND standing <> 'revoked'",
                devices)
        }
    }

    package func resolve(_ text: String) async throws -> DeviceUID {
        try await store.read { try DeviceLookup.resolve(text, in: $0) }
    }
}
