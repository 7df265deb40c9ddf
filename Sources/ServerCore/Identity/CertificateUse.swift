/// What the use of a certificate means, given those that the store knows of its device. Decided without any effect.
///
/// After a renewal the old and the new certificate are valid, until the new one was used.
enum CertificateUse: Sendable, Equatable {
    case current
    /// It is newer than the one used so far: from now on it is the current one, and those before are void.
    case successor
    /// A newer one of the same device was used before.
    case superseded

    /// What the store knows of one certificate.
    struct Known: Sendable, Equatable {
        var serial: String
        /// µs; the certificate's life begins somewhat earlier.
        var issuedAt: Int64
        var superseded: Bool
    }

    /// How much earlier than its making a certificate's life begins, and a second for its whole seconds.
    static let backdate: Int64 = 3_601_000_000

    static func judge(_ shown: PresentedCertificate, current: String?, known: [Known]) -> CertificateUse {
        guard shown.serial != current else { return .current }
        if let found = known.first(where: { $0.serial == shown.serial }) {
            return found.superseded ? .superseded : .successor
        }
        // Issued after the backup that this store was restored from, or before anything that it knows.
        let newest = known.map(\.issuedAt).max() ?? .min
        return shown.notBefore + backdate >= newest ? .successor : .superseded
    }
}
