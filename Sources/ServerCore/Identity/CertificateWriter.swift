import DeviceProtocol
import ServerStore

/// Keeps a device's certificates: which was issued, which is used, which are void.
struct CertificateWriter {
    /// Certificates remembered per device; older ones go first.
    static let most: Int64 = 8

    let device: DeviceUID
    let now: Int64
    let transaction: any SQLTransaction

    /// The certificate is the one in use from now on; every other one is void.
    func makeCurrent(_ certificate: PresentedCertificate) throws {
        let uid = SQLValue.blob(device.bytes)
        try transaction.execute(
            """
            INSERT INTO device_certificates (device_uid, serial, key_hash, chain, not_after, issued_at, superseded)
            VALUES ($1, $2, $3, '', $4, $5, 0) ON CONFLICT (device_uid, serial) DO UPDATE SET superseded = 0
            """,
            [
                uid, .text(certificate.serial), .blob([]), .integer(certificate.notAfter),
                .integer(certificate.notBefore + CertificateUse.backdate),
            ])
        try transaction.execute(
            "UPDATE device_certificates SET superseded = 1 WHERE device_uid = $1 AND serial <> $2",
            [uid, .text(certificate.serial)])
        try transaction.execute(
            "UPDATE devices SET certificate_serial = $2, certificate_not_after = $3 WHERE uid = $1",
            [uid, .text(certificate.serial), .integer(certificate.notAfter)])
    }

    func add(_ certificate: IssuedCertificate, keyHash: [UInt8], token: [UInt8]?) throws {
        let uid = SQLValue.blob(device.bytes)
        try transaction.execute(
            """
            INSERT INTO device_certificates (device_uid, serial, key_hash, chain, not_after, issued_at, token_uid)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                uid, .text(certificate.serial), .blob(keyHash), .text(certificate.chainPEM),
                .integer(certificate.notAfter), .integer(now), token.map { .blob($0) } ?? .null,
            ])
        try transaction.execute(
            """
            DELETE FROM device_certificates WHERE device_uid = $1 AND serial NOT IN (
                SELECT serial FROM device_certificates WHERE device_uid = $1 ORDER BY issued_at DESC, serial LIMIT $2)
            """, [uid, .integer(Self.most)])
    }

    /// The certificate that was issued for this key and is not void, if any.
    func issued(forKey keyHash: [UInt8]) throws -> IssuedCertificate? {
        try transaction.first(
            """
            SELECT serial, chain, not_after FROM device_certificates
            WHERE device_uid = $1 AND key_hash = $2 AND superseded = 0 AND not_after > $3 AND chain <> ''
            ORDER BY issued_at DESC LIMIT 1
            """, [.blob(device.bytes), .blob(keyHash), .integer(now)]
        ).map {
            IssuedCertificate(
                chainPEM: try $0.text("chain"), notAfter: try $0.integer("not_after"), serial: try $0.text("serial"))
        }
    }

    /// Whether the device has a certificate for this key that no newer one made void; it may have expired.
    func knows(key keyHash: [UInt8]) throws -> Bool {
        try transaction.first(
            "SELECT serial FROM device_certificates WHERE device_uid = $1 AND key_hash = $2 AND superseded = 0",
            [.blob(device.bytes), .blob(keyHash)]) != nil
    }
}
