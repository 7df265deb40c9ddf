import Crypto
package import DeviceProtocol
import Foundation
import SwiftASN1
import X509

/// Issues certificates below the intermediate that the server holds.
///
/// The root's key is made by `initialize`, signs the intermediate once, and is to be taken offline. Thread-safe.
package struct CertificateAuthority: Sendable {
    package let trustDomain: String
    package let lifetimes: CertificateLifetimes
    let intermediate: Certificate
    private let key: Certificate.PrivateKey

    init(intermediate: Certificate, key: Certificate.PrivateKey, trustDomain: String, lifetimes: CertificateLifetimes) {
        self.intermediate = intermediate
        self.key = key
        self.trustDomain = trustDomain
        self.lifetimes = lifetimes
    }

    /// Issues a client certificate for the public key in a PKCS#10 request (DER).
    ///
    /// Only the key is taken from the request, after its signature was checked: name, usages and dates are ours.
    /// Throws `invalidRequest` for a request that is malformed, not P-256, not signed by its key, or names another uid.
    package func issueDevice(request der: [UInt8], uid: DeviceUID, now: Int64) throws(PKIError) -> DeviceCertificate {
        let request = try Self.parse(request: der)
        let identity = SpiffeID.device(trustDomain: trustDomain, uid: uid)
        try Self.check(request, isFor: identity)
        let certificate = try issue(
            key: request.publicKey, commonName: "\(uid)", usage: .clientAuth, life: lifetimes.device, now: now,
            names: [.uniformResourceIdentifier(identity.uri)])
        return DeviceCertificate(
            chainPEM: try pem(certificate) + pem(intermediate), uid: uid,
            serial: DeviceCertificateVerifier.hex(certificate.serialNumber),
            notAfter: Int64(certificate.notValidAfter.timeIntervalSince1970) * 1_000_000)
    }

    /// Issues the server's own certificate; `names` are DNS names or IP addresses it is reached by.
    func issueServer(key: Certificate.PublicKey, names: [String], now: Int64) throws(PKIError) -> Certificate {
        let identity = SpiffeID.server(trustDomain: trustDomain)
        let alternatives = [GeneralName.uniformResourceIdentifier(identity.uri)] + names.map(Self.generalName)
        return try issue(
            key: key, commonName: names.first ?? "martlet-server", usage: .serverAuth, life: lifetimes.server, now: now,
            names: alternatives)
    }

    private func issue(
        key subject: Certificate.PublicKey, commonName: String, usage: ExtendedKeyUsage.Usage, life: Int64, now: Int64,
        names: [GeneralName]
    ) throws(PKIError) -> Certificate {
        let start = Date(timeIntervalSince1970: Double(now / 1_000_000 - CertificateLifetimes.backdate(ofLife: life)))
        let end = min(
            Date(timeIntervalSince1970: Double(now / 1_000_000 + life)), intermediate.notValidAfter)
        do {
            return try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: subject, notValidBefore: start,
                notValidAfter: end, issuer: intermediate.subject,
                subject: DistinguishedName { CommonName(commonName) },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([usage])
                    SubjectAlternativeNames(names)
                },
                issuerPrivateKey: key)
        } catch {
            throw PKIError(.failed, "certificate for \(commonName): \(error)")
        }
    }

    private static func parse(request der: [UInt8]) throws(PKIError) -> CertificateSigningRequest {
        let request: CertificateSigningRequest
        do {
            request = try CertificateSigningRequest(derEncoded: der)
        } catch {
            throw PKIError(.invalidRequest, "certificate request: expected PKCS#10 in DER, \(error)")
        }
        // Parsing does not check this: without it anybody could have a certificate for somebody else's key.
        guard request.publicKey.isValidSignature(request.signature, for: request) else {
            throw PKIError(.invalidRequest, "certificate request: its signature is not by its own key")
        }
        guard P256.Signing.PublicKey(request.publicKey) != nil else {
            throw PKIError(.invalidRequest, "certificate request: expected a P-256 key")
        }
        return request
    }

    /// A request that names somebody must name this device.
    private static func check(_ request: CertificateSigningRequest, isFor identity: SpiffeID) throws(PKIError) {
        do {
            guard let extensions = try request.attributes.extensionRequest?.extensions,
                let names = try extensions.subjectAlternativeNames
            else { return }
            for case .uniformResourceIdentifier(let uri) in names where uri != identity.uri {
                throw PKIError(.invalidRequest, "certificate request: names \(uri), expected \(identity.uri)")
            }
        } catch let error as PKIError {
            throw error
        } catch {
            throw PKIError(.invalidRequest, "certificate request: \(error)")
        }
    }

    static func generalName(_ name: String) -> GeneralName {
        if let address = IPAddressBytes.parse(name) { return .ipAddress(ASN1OctetString(contentBytes: address[...])) }
        return .dnsName(name)
    }
}

func pem(_ certificate: Certificate) throws(PKIError) -> String {
    do { return try certificate.serializeAsPEM().pemString + "\n" } catch { throw PKIError(.failed, "\(error)") }
}
