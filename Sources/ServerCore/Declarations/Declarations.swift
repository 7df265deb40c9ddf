package import DesiredState
package import DeviceProtocol
import Failpoints
package import Manifests
package import ServerStore

/// Everything that operators declare: checked, stored with its audit in one transaction, then carried to the devices it
/// concerns.
package struct Declarations: Sendable {
    let writer: GroupedWriter
    package let catalog: any ApplicationCatalog
    private let vault: SecretVault
    /// PEM: who may sign what devices trust.
    private let trustAnchors: String
    let clock: ServerClock
    /// Devices that a change may concern without being confirmed.
    let unconfirmedDevices: Int
    package static let usualUnconfirmedDevices = 100
    private let sync: DeviceSync
    private let notifier: any DeviceNotifier

    package init(
        writer: GroupedWriter, catalog: any ApplicationCatalog, vault: SecretVault, sync: DeviceSync,
        notifier: any DeviceNotifier,
        unconfirmedDevices: Int = usualUnconfirmedDevices, trustAnchors: String = "", clock: ServerClock = .system
    ) {
        self.trustAnchors = trustAnchors
        self.unconfirmedDevices = unconfirmedDevices
        self.writer = writer
        self.catalog = catalog
        self.vault = vault
        self.sync = sync
        self.notifier = notifier
        self.clock = clock
        sync.whenSomethingIsDue { await notifier.changed($0, ofMany: $1) }
    }

    /// All manifests or none. Throws `invalid` with every problem, `conflict` when one was made from another revision than
    /// the store's, `precondition` when more devices are concerned than may be without being confirmed. A dry run makes
    /// every other check and changes nothing.
    package func apply(
        _ manifests: [Manifest], _ request: ApplyRequest = ApplyRequest(), by identity: OperatorIdentity
    ) async throws -> ApplyResult {
        let circles = ManifestOrder.circles(in: manifests)
        guard circles.isEmpty else {
            throw CoreError(.invalid, "the manifests cannot be applied", problems: circles)
        }
        return try await change(dryRun: request.dryRun) { transaction in
            var applying = applying(identity, transaction)
            for manifest in ManifestOrder.sorted(manifests) { try applying.apply(manifest) }
            if let set = request.set, applying.problems.isEmpty {
                for manifest in manifests { try applying.join(set, manifest) }
                if request.prune { try applying.prune(set, keeping: manifests) }
            }
            let outcome = try applying.finish()
            if !request.dryRun { try confirm(outcome.result.devices, request.confirmedDevices) }
            return outcome
        }
    }

    /// A merge patch (RFC 7396) of an object's spec. `revision` is what the caller read; nil patches whatever is there.
    /// Throws `precondition` as `apply`.
    package func patch(
        _ kind: ManifestKind, name: String, with patch: JSONValue, revision: Int64?, confirmedDevices: Int? = nil,
        by identity: OperatorIdentity
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
            var applying = applying(identity, transaction)
            let metadata = ManifestMetadata(name: current.name, labels: current.labels)
            try applying.apply(Manifest(metadata: metadata, spec: spec))
            let outcome = try applying.finish()
            try confirm(outcome.result.devices, confirmedDevices)
            return outcome
        }
    }

    /// Throws `notFound`, `conflict` when something still refers to the object, `precondition` as `apply`.
    package func delete(
        _ kind: ManifestKind, name: String, confirmedDevices: Int? = nil, by identity: OperatorIdentity
    ) async throws {
        _ = try await change(dryRun: false) { transaction in
            var applying = applying(identity, transaction)
            try applying.delete(kind, name: name)
            let outcome = try applying.finish()
            try confirm(outcome.result.devices, confirmedDevices)
            return outcome
        }
    }

    private func applying(_ identity: OperatorIdentity, _ transaction: any SQLTransaction) -> Applying {
        Applying(
            catalog: catalog, vault: vault, trustAnchors: trustAnchors, identity: identity, now: clock.now(),
            transaction: transaction)
    }

    private func confirm(_ devices: Int, _ confirmed: Int?) throws {
        guard devices > unconfirmedDevices, devices > confirmed ?? 0 else { return }
        throw CoreError(
            .precondition,
            "this concerns \(devices) devices, and more than \(max(unconfirmedDevices, confirmed ?? 0)) have to be confirmed: --confirm-devices \(devices)"
        )
    }

    /// Compiles what is stale and tells the devices, these ones in any case; for changes made elsewhere, and after a start.
    package func refresh(_ devices: Set<DeviceUID> = []) async throws {
        // Before any of them is told: what it is told is of what is known of it.
        sync.invalidate(devices)
        let told: Set<DeviceUID>
        do { told = try await sync.refreshDocuments() } catch {
            // Their documents may have to wait; what else was changed of them need not.
            if !devices.isEmpty { await notifier.changed(devices) }
            throw error
        }
        let rest = devices.subtracting(told)
        if !rest.isEmpty { await notifier.changed(rest, ofMany: !told.isEmpty) }
    }

    private func change(
        dryRun: Bool, _ body: @escaping @Sendable (any SQLTransaction) throws -> Applying.Outcome
    ) async throws -> ApplyResult {
        do {
            let outcome = try await writer.submit(.urgent, rows: 100) { transaction in
                let outcome = try body(transaction)
                if dryRun { throw DryRun(result: outcome.result) }
                return outcome
            }
            Failpoint.declared.pass()
            // Most changes: thousands of devices whose facts are as they were, but for the hash of a document.
            try await refresh(outcome.changesDocumentsOnly ? [] : outcome.devices)
            return outcome.result
        } catch let dry as DryRun {
            return dry.result
        }
    }

    /// Undoes what a dry run wrote while it was checked.
    private struct DryRun: Error { let result: ApplyResult }
}
