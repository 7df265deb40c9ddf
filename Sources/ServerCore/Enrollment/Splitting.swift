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

    /// µs by which a new uid may be off.
    static let uidAge: Int64 = 86_400_000_000

    /// The same uid and key get the same certificate again.
    func split() throws -> IssuedCertificate {
        let certificates = CertificateWriter(device: applicant.uid, now: now, transaction: transaction)
        if try transaction.first("SELECT uid FROM devices WHERE uid = $1", [.blob(applicant.uid.bytes)]) != nil {
            guard let issued = try certificates.issued(forKey: applicant.keyHash) else {
                throw EnrollmentError.knownDevice
            }
            // Its answer was lost, and the copy was met under the old identity once more.
            try release()
            return issued
        }
        try checkUID()
        guard let row = try transaction.first("SELECT * FROM devices WHERE uid = $1", [.blob(parent.bytes)]),
            try row.text("standing") == DeviceStanding.active.rawValue
        else { throw EnrollmentError.revokedDevice }
        guard try DeviceHold(row: row)?.isNewcomer(startID) == true else { throw EnrollmentError.notSplit }
        let certificate = try issuer.certificate(for: applicant.uid, request: applicant.request, now: now)
        try transaction.execute(
            """
            INSERT INTO devices (uid, group_name, labels, standing, enrolled_at, address, udp_key_id, udp_key, udp_key_at,
                certificate_serial, certificate_not_after, split_from, placement, placement_reason, home_group)
            VALUES ($1, $2, $3, 'active', $4, $5, 1, $6, $4, $7, $8, $9, $10, $11, $12)
            """,
            [
                .blob(applicant.uid.bytes), .text(try row.text("group_name")), .text(try row.text("labels")),
                .integer(now), .text(applicant.address), .blob(applicant.key), .text(certificate.serial),
                .integer(certificate.notAfter), .blob(parent.bytes),
                .text(try row.text("placement")), .text(try row.text("placement_reason")),
                .text(try row.optionalText("home_group") ?? row.text("group_name")),
            ])
        try transaction.execute(
            "UPDATE devices SET split_at = $2 WHERE uid = $1", [.blob(parent.bytes), .integer(now)])
        try certificates.add(certificate, keyHash: applicant.keyHash, token: nil)
        try release()
        return certificate
    }

    /// The uid is the device's choice: it must be of now, so that nobody takes the place of a device that was there.
    private func checkUID() throws {
        let isWaiting =
            try transaction.first(
                "SELECT device_uid FROM readmissions WHERE device_uid = $1", [.blob(applicant.uid.bytes)]) != nil
        guard !isWaiting, let made = applicant.uid.time, abs(made - now) < Self.uidAge else {
            throw EnrollmentError.badRequest("expected a new uid (version 7, of today), got \(applicant.uid)")
        }
    }

    private func release() throws {
        let held = try transaction.first(
            "SELECT uid FROM devices WHERE uid = $1 AND hold_reason IS NOT NULL", [.blob(parent.bytes)])
        guard held != nil else { return }
        try HoldWriter(device: parent, now: now, transaction: transaction).release(
            by: OperatorIdentity(name: "martlet-server", role: .admin))
    }
}
