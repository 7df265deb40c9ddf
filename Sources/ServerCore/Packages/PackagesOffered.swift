import DesiredState
import DeviceProtocol
import Foundation
import OpAMP
import ServerStore

extension OpAMPPackagesAvailable {
    /// An entry `martlet.packages` in OpAMP's words. One that is held, or whose bytes are gone, has no file: it stays where
    /// it is, and is not fetched.
    init(entry body: [UInt8], in reader: any SQLReader) throws {
        self.init()
        allPackagesHash = Data(Digest.sha256(body))
        for (plugin, offer) in try DeviceDocument.packages(JSONValue(parsing: body)) {
            var package = OpAMPPackageAvailable()
            package.type = .topLevel
            package.version = offer.version
            package.hash = Data(offer.digest)
            if !offer.isHeld, let record = try PackageRecord.find(offer.digest, in: reader),
                let signature = record.signature
            {
                package.file.downloadURL = PackageProtocol.path(Digest.hex(offer.digest))
                package.file.contentHash = Data(offer.digest)
                package.file.signature = Data(signature)
                if let renewed = offer.renewed {
                    var header = OpAMPHeader()
                    header.key = PackageProtocol.renewedHeader
                    header.value = String(renewed)
                    package.file.headers.headers = [header]
                }
            }
            packages[plugin] = package
        }
    }
}
