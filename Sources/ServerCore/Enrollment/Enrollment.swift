import DesiredState
package import DeviceProtocol
import Failpoints
package import OpAMP
package import ServerStore

/// Lets devices in that hold a token.
package struct Enrollment: Sendable {
    let writer: GroupedWriter
    let issuer: any DeviceCertificateIssuer
    let revocations: RevocationFile
    let clock: ServerClock
    let joined: @Sendable (DeviceUID) async -> Void
    let changed: @Sendable (DeviceUID) async -> Void

    /// `joined` is called after a device was stored, `changed` after a certificate of a known one was.
    package init(
        writer: GroupedWriter, issuer: any DeviceCertificateIssuer, revocations: RevocationFile = RevocationFile(),
        clock: ServerClock = .system, joined: @escaping @Sendable (DeviceUID) async -> Void,
        changed: @escaping @Sendable (DeviceUID) async -> Void = { _ in }
    ) {
        self.writer = writer
        self.issuer = issuer
        self.revocations = revocations
        self.clock = clock
        self.joined = joined
        self.changed = changed
    }

    /// Gives the device its certificate, throwing `EnrollmentError`.
    ///
    /// `description` is shown until the device reports its state. With a token that requires approval the device is
    /// `pending` until `DeviceAdministration.approve`.
    ///
    /// The same token, uid and public key get the same certificate again without a further use of the token, so that an
    /// answer that was lost costs nothing.
    package func enroll(
        token: String, request: [UInt8], uid: DeviceUID, address: String, description: OpAMPAgentDescription? = nil
    ) async throws -> IssuedCertificate {
        guard !revocations.contains(uid) else { throw EnrollmentError.revokedDevice }
        let now = clock.now()
        let applicant = Applicant(
            uid: uid, request: request, keyHash: try CertificateRequestKey.hash(of: request), address: address,
            description: description, key: Secrets.bytes(32))
        let secret = Digest.sha256(Array(token.utf8))
        let issuer = issuer
        let certificate = try await writer.submit(rows: 4) { transaction in
            let admission = EnrollmentAdmission(
                applicant: applicant, issuer: issuer, now: now, transaction: transaction)
            let certificate = try admission.admit(secretHash: secret)
            Failpoint.certificateBeforeCommit.pass()
            return certificate
        }
        Failpoint.certificateCommitted.pass()
        await joined(uid)
        return certificate
    }

    /// Gives a device a certificate for a new key, throwing `EnrollmentError`. Its certificate so far stays valid until
    /// the new one is used. The same key gets the same certificate again.
    package func renew(_ certificate: PresentedCertificate, request: [UInt8]) async throws -> IssuedCertificate {
        guard !revocations.contains(certificate.uid) else { throw EnrollmentError.revokedDevice }
        let now = clock.now()
        let keyHash = try CertificateRequestKey.hash(of: request)
        let issuer = issuer
        let issued = try await writer.submit(rows: 2) { transaction in
            let uid = certificate.uid
            let standing = try transaction.first("SELECT standing FROM devices WHERE uid = $1", [.blob(uid.bytes)])
            guard try standing?.text("standing") == DeviceStanding.active.rawValue else {
                throw EnrollmentError.revokedDevice
            }
            let certificates = CertificateWriter(device: uid, now: now, transaction: transaction)
            if let issued = try certificates.issued(forKey: keyHash) { return issued }
            let issued = try issuer.certificate(for: uid, request: request, now: now)
            try certificates.add(issued, keyHash: keyHash, token: nil)
            Failpoint.certificateBeforeCommit.pass()
            return issued
        }
        Failpoint.certificateCommitted.pass()
        // Its certificates are among what is remembered of it.
        await changed(certificate.uid)
        return issued
    }

    /// Gives the newcomer of two agents under one identity its own, throwing `EnrollmentError`. The other one is not held
    /// any more.
    package func split(
        _ certificate: PresentedCertificate, into uid: DeviceUID, startID: [UInt8], request: [UInt8], address: String
    ) async throws -> IssuedCertificate {
        guard !revocations.contains(certificate.uid), !revocations.contains(uid) else {
            throw EnrollmentError.revokedDevice
        }
        let now = clock.now()
        let applicant = Applicant(
            uid: uid, request: request, keyHash: try CertificateRequestKey.hash(of: request), address: address,
            key: Secrets.bytes(32))
        let issuer = issuer
        let issued = try await writer.submit(rows: 5) { transaction in
            try Splitting(
                parent: certificate.uid, applicant: applicant, startID: startID, issuer: issuer, now: now,
                transaction: transaction
            ).split()
        }
        await changed(certificate.uid)
        await joined(uid)
        return issued
    }

    struct Applicant: Sendable {
        var uid: DeviceUID
        var request: [UInt8]
        var keyHash: [UInt8]
        var address: String
        /// What it says of itself, so that an operator knows whom to approve.
        var description: OpAMPAgentDescription?
        /// Its datagram key, if it is new.
        var key: [UInt8]
    }
}
