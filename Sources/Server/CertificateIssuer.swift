import DeviceProtocol
import ServerCore
import ServerPKI

/// The authority, as enrolment asks it.
struct CertificateIssuer: DeviceCertificateIssuer {
    let authority: CertificateAuthority

    func issue(request der: [UInt8], for uid: DeviceUID, now: Int64) throws -> IssuedCertificate {
        do {
            let certificate = try authority.issueDevice(request: der, uid: uid, now: now)
            return IssuedCertificate(
                chainPEM: certificate.chainPEM, notAfter: certificate.notAfter, serial: certificate.serial)
        } catch let error where error.code == .invalidRequest {
            throw EnrollmentError.badRequest(error.message)
        }
    }
}
