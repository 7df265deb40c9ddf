import DeviceProtocol
import ServerStore

/// One application for membership, inside one transaction: token used, certificate issued and device stored, or nothing.
struct EnrollmentAdmission {
    let applicant: Enrollment.Applicant
    let issuer: any DeviceCertificateIssuer
    let now: Int64
    let transaction: any SQLTransaction

    func admit(secretHash: [UInt8]) throws -> IssuedCertificate {
        guard
            let token = try transaction.first(
                "SELECT name, uid, group_name, uses, used, expires_at FROM enrollment_tokens WHERE secret_hash = $1",
                [.blob(secretHash)])
        else { throw EnrollmentError.unknownToken }
        let tokenUID = try token.blob("uid")
        if let known = try standing() {
            guard known != .revoked else { throw EnrollmentError.revokedDevice }
            guard let issued = try issuedBefore(by: tokenUID) else { throw EnrollmentError.knownDevice }
            return issued
        }
        guard try token.integer("expires_at") > now else { throw EnrollmentError.expiredToken }
        if let uses = try token.optionalInteger("uses"), try token.integer("used") >= uses {
            throw EnrollmentError.usedUpToken
        }
        let certificate = try issue()
        try transaction.execute(
            "UPDATE enrollment_tokens SET used = used + 1 WHERE name = $1", [.text(try token.text("name"))])
        try insert(certificate, token: tokenUID, group: try token.text("group_name"))
        return certificate
    }

    private func issue() throws(EnrollmentError) -> IssuedCertificate {
        do {
            return try issuer.issue(request: applicant.request, for: applicant.uid, now: now)
        } catch {
            throw .badRequest("\(error)")
        }
    }

    private func standing() throws -> DeviceStanding? {
        try transaction.first("SELECT standing FROM devices WHERE uid = $1", [.blob(applicant.uid.bytes)])
            .map { DeviceStanding(rawValue: try $0.text("standing")) ?? .revoked }
    }

    private func issuedBefore(by token: [UInt8]) throws -> IssuedCertificate? {
        try transaction.first(
            """
            SELECT serial, chain, not_after FROM device_certificates
            WHERE device_uid = $1 AND key_hash = $2 AND token_uid = $3 ORDER BY issued_at DESC LIMIT 1
            """, [.blob(applicant.uid.bytes), .blob(applicant.keyHash), .blob(token)]
        ).map {
            IssuedCertificate(
                chainPEM: try $0.text("chain"), notAfter: try $0.integer("not_after"), serial: try $0.text("serial"))
        }
    }

    private func insert(_ certificate: IssuedCertificate, token: [UInt8], group: String) throws {
        let uid = SQLValue.blob(applicant.uid.bytes)
        try transaction.execute(
            """
            INSERT INTO devices (uid, group_name, standing, enrolled_at, address, udp_key_id, udp_key,
                certificate_serial, certificate_not_after) VALUES ($1, $2, 'active', $3, $4, 1, $5, $6, $7)
            """,
            [
                uid, .text(group), .integer(now), .text(applicant.address), .blob(applicant.key),
                .text(certificate.serial), .integer(certificate.notAfter),
            ])
        try transaction.execute(
            """
            INSERT INTO device_certificates (device_uid, serial, key_hash, chain, not_after, issued_at, token_uid)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                uid, .text(certificate.serial), .blob(applicant.keyHash), .text(certificate.chainPEM),
                .integer(certificate.notAfter), .integer(now), .blob(token),
            ])
    }
}
