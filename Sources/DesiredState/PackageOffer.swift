/// A plugin that a device is to have: an entry of its document names it by what it is, not by where it lies.
package struct PackageOffer: Sendable, Hashable {
    package var version: String
    /// SHA-256 of the package.
    package var digest: [UInt8]
    /// The rollout is paused or halted: a device that does not have it does not begin.
    package var isHeld: Bool

    /// SHA-256 of the package's signature, where another one was brought than it had first: so that devices hear of it. Nil of a
    /// signature that stayed, and of a held offer, which nobody fetches.
    package var signature: [UInt8]?

    package init(version: String, digest: [UInt8], isHeld: Bool = false, signature: [UInt8]? = nil) {
        self.signature = isHeld ? nil : signature
        self.version = version
        self.digest = digest
        self.isHeld = isHeld
    }

    package init(json: JSONValue, application: String) throws(DocumentError) {
        guard let version = json["version"]?.stringValue,
            let digest = json["sha256"]?.stringValue.flatMap(Digest.bytes(hex:)), digest.count == 32
        else {
            throw DocumentError(
                entry: DeviceDocument.packagesEntry, reason: "\(application): expected \"version\" and \"sha256\"")
        }
        self.init(
            version: version, digest: digest, isHeld: json["held"]?.boolValue ?? false,
            signature: json["signature"]?.stringValue.flatMap(Digest.bytes(hex:)))
    }

    package var json: JSONValue {
        var members: [String: JSONValue] = ["version": .string(version), "sha256": .string(Digest.hex(digest))]
        if isHeld { members["held"] = true }
        if let signature { members["signature"] = .string(Digest.hex(signature)) }
        return .object(members)
    }
}
