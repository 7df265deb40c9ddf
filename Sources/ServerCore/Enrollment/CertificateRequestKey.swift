import DesiredState
import SwiftASN1
import X509

/// The public key of a PKCS#10 request: what stays the same when the same device asks again.
enum CertificateRequestKey {
    /// SHA-256 of the key's encoding.
    static func hash(of der: [UInt8]) throws(EnrollmentError) -> [UInt8] {
        do {
            let request = try CertificateSigningRequest(derEncoded: der)
            return Digest.sha256(Array(request.publicKey.subjectPublicKeyInfoBytes))
        } catch {
            throw .badRequest("expected PKCS#10 in DER (\(error))")
        }
    }
}
