import DeviceProtocol
import ServerCore
import ServerPKI

/// A real authority, as enrolment asks it.
struct AuthorityIssuer: DeviceCertificateIssuer {
    let authority: CertificateAuthority

    func issue(request der: [UInt8], for uid: DeviceUID, now: Int64) throws -> IssuedCertificate {
        let issued = try authority.issueDevice(request: der, uid: uid, now: now)
        return IssuedCertificate(chainPEM: issued.chainPEM, notAfter: issued.notAfter, serial: issued.serial)
    }
}
