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
                "SELECT name, uid, group_name, uses, used, expires_at, require_approval FROM enrollment_tokens WHERE secret_hash = $1",
                [.blob(secretHash)])
        else { throw EnrollmentError.unknownToken }
        let tokenUID = try token.blob("uid")
        let known = try standing()
        if let known {
            guard known != .revoked else { throw EnrollmentError.revokedDevice }
            if let issued = try issuedBefore(by: tokenUID) { return issued }
            // Its certificate has expired beyond grace, say: who holds the key and a token is the device.
            guard try certificates.knows(key: applicant.keyHash) else { throw EnrollmentError.knownDevice }
        }
        guard try token.integer("expires_at") > now else { throw EnrollmentError.expiredToken }
        if let uses = try token.optionalInteger("uses"), try token.integer("used") >= uses {
            throw EnrollmentError.usedUpToken
        }
        let certificate = try issuer.certificate(for: applicant.uid, request: applicant.request, now: now)
        try transaction.execute(
            "UPDATE enrollment_tokens SET used = used + 1 WHERE name = $1", [.text(try token.text("name"))])
        if known == nil {
            try insert(
                certificate, group: try token.text("group_name"),
                standing: try token.flag("require_approval") ? .pending : .active)
        }
        try certificates.add(certificate, keyHash: applicant.keyHash, token: tokenUID)
        return certificate
    }

    private func standing() throws -> DeviceStanding? {
        try transaction.first("SELECT standing FROM devices WHERE uid = $1", [.blob(applicant.uid.bytes)])
            .map { DeviceStanding(rawValue: try $0.text("standing")) ?? .revoked }
    }

    private func issuedBefore(by token: [UInt8]) throws -> IssuedCertificate? {
        try transaction.first(
            """
            SELECT serial, chain, not_after FROM device_certificates
            WHERE device_uid = $1 AND key_hash = $2 AND token_uid = $3 AND superseded = 0 AND not_after > $4
            ORDER BY issued_at DESC LIMIT 1
            """, [.blob(applicant.uid.bytes), .blob(applicant.keyHash), .blob(token), .integer(now)]
        ).map {
            IssuedCertificate(
                chainPEM: try $0.text("chain"), notAfter: try $0.integer("not_after"), serial: try $0.text("serial"))
        }
    }

    private var certificates: CertificateWriter {
        CertificateWriter(device: applicant.uid, now: now, transaction: transaction)
    }

    private func insert(_ certificate: IssuedCertificate, group: String, standing: DeviceStanding) throws {
        try transaction.execute(
            """
            INSERT INTO devices (uid, group_name, standing, enrolled_at, address, udp_key_id, udp_key, udp_key_at,
                certificate_serial, certificate_not_after) VALUES ($1, $2, $8, $3, $4, 1, $5, $3, $6, $7)
            """,
            [
                .blob(applicant.uid.bytes), .text(group), .integer(now), .text(applicant.address),
                .blob(applicant.key), .text(certificate.serial), .integer(certificate.notAfter),
                .text(standing.rawValue),
            ])
        if let description = applicant.description {
            try StateWriter(device: applicant.uid, now: now, transaction: transaction).write(description)
        }
        _ = try DevicePlacer(transaction).place(applicant.uid)
        try transaction.execute("DELETE FROM readmissions WHERE device_uid = $1", [.blob(applicant.uid.bytes)])
    }
}
