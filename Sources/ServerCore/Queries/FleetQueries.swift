package import DeviceProtocol
package import Manifests
package import ServerStore

/// What operators read. Lists are by key, never by offset.
package struct FleetQueries: Sendable {
    let store: any SQLStore
    let clock: ServerClock

    package init(store: any SQLStore, clock: ServerClock = .system) {
        self.store = store
        self.clock = clock
    }

    /// Throws `notFound` and `conflict` as `DeviceLookup.resolve`.
    package func resolve(_ text: String) async throws -> DeviceUID {
        try await store.lookUp { try DeviceLookup.resolve(text, in: $0) }
    }

    package func device(_ uid: DeviceUID) async throws -> DeviceDetails {
        let now = clock.now()
        return try await store.read { reader in
            let record = try DeviceRecord.read(uid, in: reader)
            let layers = try [record.layer] + GroupRecord.chain(from: record.group, in: reader).map(\.layer)
            return DeviceDetails(
                record: record, intents: DeviceIntents(layers: layers),
                applications: try ApplicationState.all(of: uid, in: reader),
                entries: try EntryResult.all(of: uid, in: reader),
                condition: try Self.conditions(of: [record], now: now, in: reader)[uid]
                    ?? DeviceCondition(reasons: []))
        }
    }

    /// Ordered by uid. `group` means devices in it or below it.
    package func devices(
        group: String? = nil, hostname: String? = nil, page: PageRequest
    ) async throws -> Page<DeviceRecord> {
        let after = try page.identifier()
        let found = try await store.read { reader in
            var filter = Filter()
            filter.add("hostname = %", hostname.map { .text($0) })
            filter.after("uid", after.map { [SQLValue.blob($0.bytes)] })
            if let group {
                let groups = try GroupRecord.subtree(of: GroupPath.name(of: group), in: reader)
                guard !groups.isEmpty else { throw CoreError(.notFound, "no group \"\(group)\"") }
                filter.any("group_name", of: groups.map { .text($0) })
            }
            return try reader.query(
                "SELECT * FROM devices\(filter.sql) ORDER BY uid LIMIT \(page.limit + 1)", filter.arguments
            ).map(DeviceRecord.init(row:))
        }
        return Page(found, limit: page.limit) { ["\($0.uid)"] }
    }

    /// Groups, policies, tasks or enrolment tokens, ordered by name.
    package func objects(_ kind: ManifestKind, page: PageRequest) async throws -> Page<DeclaredObject> {
        let after = try page.key(1)
        let found = try await store.read { reader in
            var filter = Filter()
            filter.after("name", after.map { [.text($0[0])] })
            return try reader.query(
                "SELECT * FROM \(DeclaredState.table(kind))\(filter.sql) ORDER BY name LIMIT \(page.limit + 1)",
                filter.arguments
            ).map { try DeclaredObject(kind: kind, row: $0) }
        }
        return Page(found, limit: page.limit) { [$0.name] }
    }

    /// Throws `notFound`.
    package func object(_ kind: ManifestKind, name: String) async throws -> DeclaredObject {
        try await store.read { reader in
            guard let object = try DeclaredState.find(kind, name: name, in: reader) else {
                throw CoreError(.notFound, "no \(kind.rawValue) \"\(name)\"")
            }
            return object
        }
    }
}
