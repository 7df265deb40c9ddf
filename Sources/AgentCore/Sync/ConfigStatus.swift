import DeviceProtocol
import FoundationEssentials
import OpAMP

/// OpAMP's one status for the whole remote configuration, from the outcomes of its entries.
enum ConfigStatus {
    static func make(_ outcomes: [EntryOutcome], hash: [UInt8]) -> OpAMPRemoteConfigStatus {
        var status = OpAMPRemoteConfigStatus()
        guard !hash.isEmpty else { return status }
        status.lastRemoteConfigHash = Data(hash)
        let failed = outcomes.filter { $0.status == .failed }
        if !failed.isEmpty {
            status.status = .failed
            status.errorMessage = failed.map { "\($0.entry): \($0.reason)" }.joined(separator: "; ")
        } else if outcomes.contains(where: { $0.status == .applying }) {
            status.status = .applying
        } else {
            status.status = .applied
        }
        return status
    }
}
