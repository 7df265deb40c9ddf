package import DeviceProtocol
import Manifests
package import ServerStore

/// Ends a device's membership.
package struct DeviceAdministration: Sendable {
    private let store: any SQLStore
    private let clock: ServerClock

    package init(store: any SQLStore, clock: ServerClock = .system) {
        self.store = store
        self.clock = clock
    }

    /// From the next exchange or connection on, the device's certificate gives no access. Throws `notFound`.
    /// Whoever runs sessions calls `DeviceSync.invalidate` and tells its notifier.
    package func revoke(_ device: DeviceUID, by identity: OperatorIdentity) async throws {
        let now = clock.now()
        try await store.write { transaction in
            let changed = try transaction.execute(
                "UPDATE devices SET standing = 'revoked', revision = revision + 1 WHERE uid = $1", [.blob(device.bytes)]
            )
            guard changed == 1 else { throw CoreError(.notFound, "no device \(device)") }
            try AuditLog.write("revoke", kind: "Device", name: "\(device)", by: identity, now: now, in: transaction)
        }
    }

    /// Forgets the device and all that is known of it; its certificate is then one of an unknown device. Throws
    /// `notFound`. Whoever runs sessions calls `DeviceSync.invalidate` and tells its notifier.
    package func delete(_ device: DeviceUID, by identity: OperatorIdentity) async throws {
        let now = clock.now()
        try await store.write { transaction in
            var applying = Applying(
                catalog: PluginCatalog([]), identity: identity, now: now, transaction: transaction)
            try applying.delete(.device, name: "\(device)")
        }
    }

    package func resolve(_ text: String) async throws -> DeviceUID {
        try await store.read { try DeviceLookup.resolve(text, in: $0) }
    }
}
