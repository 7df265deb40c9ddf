import DeviceProtocol
import ServerStore

/// Gives one of two agents under the same identity an identity of its own, inside one transaction.
struct Splitting {
    let parent: DeviceUID
    let applicant: Enrollment.Applicant
    /// Of the agent that asks.
    let startID: [UInt8]
    let issuer: any DeviceCertificateIssuer
    let now: Int64
    let transaction: any SQLTransaction

    /// The same uid and key get the same certificate again.
    func split() throws -> IssuedCertificate {
        let certificates = CertificateWriter(device: applicant.uid, now: now, transaction: transaction)
        if try transaction.first("SELECT uid FROM devices WHERE uid = $1", [.blob(applicant.uid.bytes)]) != nil {
            guard let issued = try certificates.issued(forKey: applicant.keyHash) else {
                throw EnrollmentError.knownDevice
            }
            return issued
        }
        guard let row = try transaction.first("SELECT * FROM devices WHERE uid = $1", [.blob(parent.bytes)]),
            try row.text("standing") == DeviceStanding.active.rawValue
        else { throw EnrollmentError.revokedDevice }
        guard try DeviceHold(row: row)?.isNewcomer(startID) == true else { throw EnrollmentError.notSplit }
        let certificate: IssuedCertificate
        do { certificate = try issuer.issue(request: applicant.request, for: applicant.uid, now: now) } catch {
            throw EnrollmentError.badRequest("\(error)")
        }
        try transaction.execute(
            """
            INSERT INTO devices (uid, group_name, labels, standing, enrolled_at, address, udp_key_id, udp_key, udp_key_at,
                certificate_serial, certificate_not_after) VALUES ($1, $2, $3, 'active', $4, $5, 1, $6, $4, $7, $8)
            """,
            [
                .blob(applicant.uid.bytes), .text(try row.text("group_name")), .text(try row.text("labels")),
                .integer(now), .text(applicant.address), .blob(applicant.key), .text(certificate.serial),
                .integer(certificate.notAfter),
            ])
        try certificates.add(certificate, keyHash: applicant.keyHash, token: nil)
        try HoldWriter(device: parent, now: now, transaction: transaction).release(
            by: OperatorIdentity(name: "martlet-server", role: .admin))
        return certificate
    }
}
