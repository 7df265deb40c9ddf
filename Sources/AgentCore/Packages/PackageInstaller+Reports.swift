import DesiredState
import DeviceProtocol
import FoundationEssentials
package import OpAMP

extension PackageInstaller {
    /// What OpAMP has words for; nil when there is nothing to say.
    package func statuses() -> OpAMPPackageStatuses? {
        let packages = packages.filter(\.value.isPresent)
        guard !packages.isEmpty else { return nil }
        var statuses = OpAMPPackageStatuses()
        statuses.serverProvidedAllPackagesHash = Data(offersHash)
        for (plugin, package) in packages { statuses.packages[plugin] = Self.status(package) }
        return statuses
    }

    private static func status(_ package: DevicePackage) -> OpAMPPackageStatus {
        var status = OpAMPPackageStatus()
        status.name = package.plugin
        status.agentHasVersion = package.has?.version ?? ""
        status.agentHasHash = Data(package.has?.digest ?? [])
        status.serverOfferedVersion = package.offer?.version ?? ""
        status.serverOfferedHash = Data(package.offer?.digest ?? [])
        status.errorMessage = package.reason
        switch package.phase {
        case .downloading:
            status.status = .downloading
            status.downloadDetails.downloadPercent = Double(package.percent)
        case .trying: status.status = .installing
        case .idle:
            let isThere = package.has != nil && package.has?.digest == package.offer?.digest
            status.status = isThere ? .installed : package.isFailed ? .installFailed : .installPending
        }
        return status
    }

    /// What became of the document's entry.
    func outcome() -> (status: WireEntryStatus, reason: String) {
        let failed = packages.values.filter(\.isFailed).sorted { $0.plugin < $1.plugin }
        guard failed.isEmpty else {
            return (.failed, failed.map { "\($0.plugin): \($0.reason)" }.joined(separator: "; "))
        }
        let open = packages.values.filter { package in
            package.offer.map { $0.digest != package.has?.digest } ?? package.isPresent
        }.sorted { $0.plugin < $1.plugin }
        guard !open.isEmpty else { return (.applied, "") }
        return (
            .applying,
            open.map { package in
                let held = package.offer?.isHeld == true ? "the rollout is held" : "on its way"
                return "\(package.plugin): \(package.reason.isEmpty ? held : package.reason)"
            }.joined(separator: "; ")
        )
    }
}
