package import DesiredState
package import DeviceProtocol
package import Manifests
package import ServerStore

/// Everything that operators declare: checked, stored with its audit in one transaction, then carried to the devices it
/// concerns.
package struct Declarations: Sendable {
    let writer: GroupedWriter
    let catalog: any ApplicationCatalog
    let clock: ServerClock
    private let refresher: DocumentRefresher
    private let sync: DeviceSync
    private let notifier: any DeviceNotifier

    package init(
        writer: GroupedWriter, catalog: any ApplicationCatalog, sync: DeviceSync, notifier: any DeviceNotifier,
        clock: ServerClock = .system
    ) {
        self.writer = writer
        self.catalog = catalog
        self.sync = sync
        self.notifier = notifier
        self.clock = clock
        refresher = DocumentRefresher(writer: writer)
    }

    /// All manifests or none. Throws `invalid` with every problem. A dry run makes every check and changes nothing.
    package func apply(
        _ manifests: [Manifest], dryRun: Bool = false, by identity: OperatorIdentity
    ) async throws -> ApplyResult {
        let circles = ManifestOrder.circles(in: manifests)
        guard circles.isEmpty else {
            throw CoreError(.invalid, "the manifests cannot be applied", problems: circles)
        }
        return try await change(dryRun: dryRun) { transaction in
            var applying = Applying(catalog: catalog, identity: identity, now: clock.now(), transaction: transaction)
            for manifest in ManifestOrder.sorted(manifests) { try applying.apply(manifest) }
            return try applying.finish()
        }
    }

    /// A merge patch (RFC 7396) of an object's spec. `revision` is what the caller read; nil patches whatever is there.
    package func patch(
        _ kind: ManifestKind, name: String, with patch: JSONValue, revision: Int64?, by identity: OperatorIdentity
    ) async throws -> ApplyResult {
        try await change(dryRun: false) { transaction in
            let current = try DeclaredState.read(kind, name: name, in: transaction)
            if let revision, revision != current.revision {
                throw CoreError(
                    .precondition,
                    "\(kind.rawValue) \(name) has revision \(current.revision), not \(revision): somebody changed it; read it again"
                )
            }
            let spec: ManifestSpec
            do {
                spec = try ManifestSpec(kind, json: MergePatch.apply(patch, to: current.spec))
            } catch let error as ManifestError {
                throw CoreError(.invalid, "the patched \(kind.rawValue) is not valid", problems: error.problems)
            }
            var applying = Applying(catalog: catalog, identity: identity, now: clock.now(), transaction: transaction)
            let metadata = ManifestMetadata(name: current.name, labels: current.labels)
            try applying.apply(Manifest(metadata: metadata, spec: spec))
            return try applying.finish()
        }
    }

    /// Throws `notFound`, or `conflict` when something still refers to the object.
    package func delete(_ kind: ManifestKind, name: String, by identity: OperatorIdentity) async throws {
        _ = try await change(dryRun: false) { transaction in
            var applying = Applying(catalog: catalog, identity: identity, now: clock.now(), transaction: transaction)
            try applying.delete(kind, name: name)
            return try applying.finish()
        }
    }

    /// Compiles what is stale and tells the devices; for changes made elsewhere, and after a start.
    package func refresh(_ devices: Set<DeviceUID> = []) async throws {
        let changed = try await refresher.refresh().union(devices)
        sync.invalidate(changed)
        if !changed.isEmpty { await notifier.changed(changed) }
    }

    private func change(
        dryRun: Bool, _ body: @escaping @Sendable (any SQLTransaction) throws -> Applying.Outcome
    ) async throws -> ApplyResult {
        do {
            let outcome = try await writer.submit(rows: 100) { transaction in
                let outcome = try body(transaction)
                if dryRun { throw DryRun(result: outcome.result) }
                return outcome
            }
            try await refresh(outcome.devices)
            return outcome.result
        } catch let dry as DryRun {
            return dry.result
        }
    }

    /// Undoes what a dry run wrote while it was checked.
    private struct DryRun: Error { let result: ApplyResult }
}
