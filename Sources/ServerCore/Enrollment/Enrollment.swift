import DesiredState
package import DeviceProtocol
package import ServerStore

/// Lets devices in that hold a token.
package struct Enrollment: Sendable {
    private let writer: GroupedWriter
    private let issuer: any DeviceCertificateIssuer
    private let revocations: RevocationFile
    private let clock: ServerClock
    private let joined: @Sendable (DeviceUID) async -> Void

    /// `joined` is called after a device was stored.
    package init(
        writer: GroupedWriter, issuer: any DeviceCertificateIssuer, revocations: RevocationFile = RevocationFile(),
        clock: ServerClock = .system, joined: @escaping @Sendable (DeviceUID) async -> Void
    ) {
        self.writer = writer
        self.issuer = issuer
        self.revocations = revocations
        self.clock = clock
        self.joined = joined
    }

    /// Gives the device its certificate, throwing `EnrollmentError`.
    ///
    /// The same token, uid and public key get the same certificate again without a further use of the token, so that an
    /// answer that was lost costs nothing.
    package func enroll(
        token: String, request: [UInt8], uid: DeviceUID, address: String
    ) async throws -> IssuedCertificate {
        guard !revocations.contains(uid) else { throw EnrollmentError.revokedDevice }
        let now = clock.now()
        let applicant = Applicant(
            uid: uid, request: request, keyHash: try CertificateRequestKey.hash(of: request), address: address,
            key: Secrets.bytes(32))
        let secret = Digest.sha256(Array(token.utf8))
        let issuer = issuer
        let certificate = try await writer.submit(rows: 4) { transaction in
            let admission = EnrollmentAdmission(
                applicant: applicant, issuer: issuer, now: now, transaction: transaction)
            return try admission.admit(secretHash: secret)
        }
        await joined(uid)
        return certificate
    }

    struct Applicant: Sendable {
        var uid: DeviceUID
        var request: [UInt8]
        var keyHash: [UInt8]
        var address: String
        /// Its datagram key, if it is new.
        var key: [UInt8]
    }
}
