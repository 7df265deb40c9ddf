import DesiredState
import DeviceProtocol
import FoundationEssentials
import OpAMP

/// Packages as OpAMP offers them, in the words of the device's document.
enum PackageOffers {
    /// The entry `martlet.packages`, byte for byte as the server has it; nil when it is another server's idea of packages.
    static func entry(of offered: OpAMPPackagesAvailable) -> [UInt8]? {
        let entry = DeviceDocument.entry(
            of: offered.packages.mapValues {
                PackageOffer(
                    version: $0.version, digest: Array($0.hash), isHeld: $0.file.downloadURL.isEmpty,
                    renewed: renewed($0))
            })
        return Digest.sha256(entry) == Array(offered.allPackagesHash) ? entry : nil
    }

    private static func renewed(_ package: OpAMPPackageAvailable) -> Int64? {
        package.file.headers.headers.first { $0.key == PackageProtocol.renewedHeader }.flatMap { Int64($0.value) }
    }

    /// By the digest of their package.
    static func signatures(of offered: OpAMPPackagesAvailable) -> [[UInt8]: [UInt8]] {
        offered.packages.values.reduce(into: [:]) { signatures, package in
            if !package.file.signature.isEmpty { signatures[Array(package.hash)] = Array(package.file.signature) }
        }
    }
}
