/// A plugin that a device is to have: an entry of its document names it by what it is, not by where it lies.
package struct PackageOffer: Sendable, Hashable {
    package var version: String
    /// SHA-256 of the package.
    package var digest: [UInt8]
    /// The rollout is paused or halted: a device that does not have it does not begin.
    package var isHeld: Bool

    /// When the package was brought anew, µs since 1970: with another signature, or after devices could not have it. So that they
    /// hear of it and look again. Nil of one that was brought once, and of a held offer, which nobody fetches.
    package var renewed: Int64?

    package init(version: String, digest: [UInt8], isHeld: Bool = false, renewed: Int64? = nil) {
        self.renewed = isHeld ? nil : renewed
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
            renewed: json["renewed"]?.integerValue)
    }

    package var json: JSONValue {
        var members: [String: JSONValue] = ["version": .string(version), "sha256": .string(Digest.hex(digest))]
        if isHeld { members["held"] = true }
        if let renewed { members["renewed"] = .integer(renewed) }
        return .object(members)
    }
}
