/// What a peer that holds a certificate of ours may do. Decided without any effect.
package enum DeviceAccess: Sendable, Equatable {
    case speak
    /// The certificate has expired, within grace: it may be renewed, and nothing else.
    case renewOnly
    case expired
    case notYetValid
    case revoked
    /// Wait for an operator to approve it.
    case approval
    /// Wait for an operator, or a rule, to readmit it.
    case readmission(ReadmissionReason)

    /// Seconds after its expiry in which a certificate may still be renewed.
    package static let defaultGrace: Int64 = 30 * 86_400

    /// `now` in µs, `grace` in seconds.
    static func judge(
        _ certificate: PresentedCertificate, standing: DeviceStanding, use: CertificateUse, now: Int64, grace: Int64
    ) -> DeviceAccess {
        if standing == .revoked { return .revoked }
        if certificate.notBefore > now { return .notYetValid }
        if certificate.notAfter + grace * 1_000_000 < now { return .expired }
        if standing == .pending { return .approval }
        if standing == .unknown { return .readmission(.unknownDevice) }
        if use == .superseded { return .readmission(.supersededCertificate) }
        return certificate.notAfter < now ? .renewOnly : .speak
    }
}
