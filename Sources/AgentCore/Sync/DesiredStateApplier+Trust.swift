import DesiredState
import DeviceProtocol
import Logging

extension DesiredStateApplier {
    /// µs of the first pause before a statement that could not be taken is tried again, doubled up to the longest.
    private static let firstTrustPause: Int64 = 4_000_000
    private static let longestTrustPause: Int64 = 300_000_000

    /// Has the document's statement of trust taken, now or, when that cannot be for a reason that may pass, again and again.
    func applyTrust(_ document: DeviceDocument, _ entries: [String: [UInt8]]) async throws {
        trustRetry.work?.cancel()
        guard let packages, let trust = document.trust else { return trustRetry = (0, nil) }
        let entry = DeviceDocument.trustEntry
        switch await packages.take(trust: trust) {
        case .taken:
            trustRetry = (0, nil)
            try await record(entry, entries, .applied, "")
        case .refused(let reason):
            trustRetry = (0, nil)
            try await record(entry, entries, .failed, reason)
        case .later(let reason):
            // Before it is recorded, which may not be possible either.
            promiseTrust()
            try await record(entry, entries, .applying, "is tried again: \(reason)")
        }
    }

    private func promiseTrust() {
        let most = min(Self.firstTrustPause << Int64(min(trustRetry.failures, 20)), Self.longestTrustPause)
        trustRetry.failures += 1
        trustRetry.work = environment.run(after: Int64.random(in: most / 2...most)) { await self.tryTrustAgain() }
    }

    private func tryTrustAgain() {
        enqueue {
            guard let entries = try? await self.store.desiredEntries() else { return await self.promiseTrust() }
            do {
                try await self.applyTrust(DeviceDocument.read(entries: entries).document, entries)
            } catch {
                self.logger.error("a statement of trust could not be recorded", metadata: ["error": "\(error)"])
            }
            await self.changed()
        }
    }
}
