import DesiredState
import DeviceProtocol
import Logging

extension DesiredStateApplier {
    static let misfit = "packages are offered in words that do not fit together; those before stay"

    /// Has plugins fetched, exchanged and removed, apart from what is being applied: it may take its time.
    func applyPackages(
        _ document: DeviceDocument, _ entries: [String: [UInt8]], _ problems: [DocumentError]
    ) async throws {
        guard let packages else { return }
        guard !problems.contains(where: { $0.entry == DeviceDocument.packagesEntry }) else { return }
        await packages.want(document.packages, hash: entries[DeviceDocument.packagesEntry].map(Digest.sha256) ?? [])
        try await recordPackages(entries)
    }

    private func recordPackages(_ entries: [String: [UInt8]]) async throws {
        guard let outcome = await packages?.outcome(), try await !offersAreMisfit() else { return }
        try await record(DeviceDocument.packagesEntry, entries, outcome.status, outcome.reason)
    }

    /// There is news of packages; `plugin`: one came or went, whose settings are to be applied.
    func packagesChanged(plugin: Bool) {
        guard !plugin else { return begin() }
        enqueue {
            do { try await self.recordPackages(self.store.desiredEntries()) } catch {
                self.logger.error("the state of packages could not be recorded", metadata: ["error": "\(error)"])
            }
            await self.changed()
        }
    }

    /// The server is told that its offers could not be made out, under the hash that it has of them, until others come.
    func noteMisfit(_ hash: [UInt8]) async throws {
        try await store.record(
            EntryOutcome(
                entry: DeviceDocument.packagesEntry, hash: hash, status: .failed, reason: Self.misfit,
                time: environment.now()))
    }

    func offersAreMisfit() async throws -> Bool {
        try await store.outcomes().contains { $0.entry == DeviceDocument.packagesEntry && $0.reason == Self.misfit }
    }
}
