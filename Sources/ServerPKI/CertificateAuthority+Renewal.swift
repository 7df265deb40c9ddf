import Crypto
package import Foundation
import SwiftASN1
import X509

extension CertificateAuthority {
    /// Gives the server a new certificate for its key and names when two thirds of the present one's life are over, and
    /// says whether it did. To be called before the certificate is loaded.
    package func renewServerCertificate(in directory: URL, now: Int64) throws -> Bool {
        let files = KeyDirectory(directory: directory)
        let present: Certificate
        do {
            // The intermediate follows.
            guard let first = try PEMDocument.parseMultiple(pemString: files.read(FileName.serverCertificate)).first
            else {
                throw PKIError(.unreadable, "expected a certificate in PEM")
            }
            present = try Certificate(pemDocument: first)
        } catch {
            throw PKIError(.unreadable, "\(directory.path)/\(FileName.serverCertificate): \(error)")
        }
        let (from, to) = (present.notValidBefore.timeIntervalSince1970, present.notValidAfter.timeIntervalSince1970)
        guard Double(now / 1_000_000) >= from + (to - from) / 3 * 2 else { return false }
        let key: P256.Signing.PrivateKey
        do { key = try P256.Signing.PrivateKey(pemRepresentation: files.read(FileName.serverKey)) } catch {
            throw PKIError(.unreadable, "\(directory.path)/\(FileName.serverKey): \(error)")
        }
        let renewed = try issueServer(
            key: Certificate.PublicKey(key.publicKey), names: Self.names(of: present), now: now)
        try files.write(FileName.serverCertificate, pem(renewed) + pem(intermediate))
        return true
    }

    /// DNS names and addresses, as `issueServer` takes them.
    private static func names(of certificate: Certificate) -> [String] {
        let names = (try? certificate.extensions.subjectAlternativeNames) ?? nil
        return (names.map(Array.init) ?? []).compactMap { name in
            switch name {
            case .dnsName(let name): name
            case .ipAddress(let bytes): IPAddressBytes.text(Array(bytes.bytes))
            default: nil
            }
        }
    }
}
