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
                    signature: isSignedAnew($0) ? Digest.sha256(Array($0.file.signature)) : nil)
            })
        return Digest.sha256(entry) == Array(offered.allPackagesHash) ? entry : nil
    }

    private static func isSignedAnew(_ package: OpAMPPackageAvailable) -> Bool {
        package.file.headers.headers.contains { $0.key == PackageProtocol.signedAnewHeader }
    }

    /// By the digest of their package.
    static func signatures(of offered: OpAMPPackagesAvailable) -> [[UInt8]: [UInt8]] {
        offered.packages.values.reduce(into: [:]) { signatures, package in
            if !package.file.signature.isEmpty { signatures[Array(package.hash)] = Array(package.file.signature) }
        }
    }
}
