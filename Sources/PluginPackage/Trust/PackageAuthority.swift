internal import DesiredState

/// Decides whether a package may be installed: who signed it, whether that vendor may ship this plugin, and whether the
/// signer still counts.
package struct PackageAuthority: Sendable {
    private let trust: TrustStatement

    package init(_ trust: TrustStatement) { self.trust = trust }

    /// Who signed it. Throws with the reason in words for the operator. `time`: µs.
    package func admit(
        _ package: PackageReader, signature: [UInt8], at time: Int64
    ) throws(PackageError) -> DetachedSignature.Signer {
        let id = package.manifest.id
        let vendors = trust.vendors.filter { $0.mayShip(id) }
        guard !vendors.isEmpty else {
            throw PackageError(id, "no trusted vendor may ship it: a TrustDocument has to name one")
        }
        var reasons: [String] = []
        for vendor in vendors {
            let verdict = DetachedSignature.verify(
                .file(package.path), signature, by: .codeSigning(vendor.certificates), at: time)
            switch verdict {
            case .good(let signer):
                guard !trust.revoked.contains(signer.fingerprint) else {
                    throw PackageError(
                        id, "its signer is revoked: \(signer.subject), SHA-256 \(Digest.hex(signer.fingerprint))")
                }
                return signer
            case .bad(let signer, let reason):
                reasons.append(
                    "\(vendor.name): \(reason)" + (signer.subject.isEmpty ? "" : " (signed by \(signer.subject))"))
            }
        }
        throw PackageError(id, "no trusted vendor's signature: \(reasons.joined(separator: "; "))")
    }
}
