import Crypto
import DeviceProtocol
import DurableFiles
package import Foundation
import SwiftASN1
import X509

extension CertificateAuthority {
    /// What lies in the server's `pki` directory.
    package enum FileName {
        package static let rootCertificate = "root.pem"
        package static let rootKey = "root.key"
        package static let intermediateCertificate = "intermediate.pem"
        package static let intermediateKey = "intermediate.key"
        package static let serverCertificate = "server.pem"
        package static let serverKey = "server.key"
        static let trustDomain = "trust-domain"
    }

    /// Makes root, intermediate and server certificate in `directory` (0700, keys 0600).
    ///
    /// Refuses to touch a directory that already holds an intermediate.
    package static func initialize(
        directory: URL, trustDomain: String, serverNames: [String], now: Int64,
        lifetimes: CertificateLifetimes = CertificateLifetimes()
    ) throws {
        let files = KeyDirectory(directory: directory)
        guard !files.exists(FileName.intermediateCertificate) else {
            throw PKIError(
                .alreadyInitialized,
                "\(directory.path) already holds a certificate authority; remove it by hand if it is really to be replaced"
            )
        }
        try FileBytes.makeDirectory(directory.path)
        let rootKey = P256.Signing.PrivateKey()
        let root = try authority(
            name: "Martlet root \(trustDomain)", key: rootKey, life: lifetimes.root, now: now, issuer: nil,
            pathLength: 1)
        let intermediateKey = P256.Signing.PrivateKey()
        let intermediate = try authority(
            name: "Martlet intermediate \(trustDomain)", key: intermediateKey, life: lifetimes.intermediate, now: now,
            issuer: (root, rootKey), pathLength: 0)
        try files.write(FileName.rootKey, rootKey.pemRepresentation)
        try files.write(FileName.rootCertificate, pem(root))
        try files.write(FileName.trustDomain, trustDomain)
        try files.write(FileName.intermediateKey, intermediateKey.pemRepresentation)
        let authority = CertificateAuthority(
            intermediate: intermediate, key: Certificate.PrivateKey(intermediateKey), trustDomain: trustDomain,
            lifetimes: lifetimes)
        let serverKey = P256.Signing.PrivateKey()
        let server = try authority.issueServer(
            key: Certificate.PublicKey(serverKey.publicKey), names: serverNames, now: now)
        try files.write(FileName.serverKey, serverKey.pemRepresentation)
        try files.write(FileName.serverCertificate, pem(server) + pem(intermediate))
        // Last: its presence says that the rest is complete.
        try files.write(FileName.intermediateCertificate, pem(intermediate))
    }

    /// Opens what `initialize` made.
    package init(directory: URL, lifetimes: CertificateLifetimes = CertificateLifetimes()) throws {
        let files = KeyDirectory(directory: directory)
        guard files.exists(FileName.intermediateCertificate) else {
            throw PKIError(
                .unreadable, "\(directory.path) holds no certificate authority; run \"martlet-server init\" first")
        }
        do {
            self.init(
                intermediate: try Certificate(pemEncoded: files.read(FileName.intermediateCertificate)),
                key: try Certificate.PrivateKey(pemEncoded: files.read(FileName.intermediateKey)),
                trustDomain: try files.read(FileName.trustDomain), lifetimes: lifetimes)
        } catch let error as PKIError {
            throw error
        } catch {
            throw PKIError(.unreadable, "\(directory.path): \(error)")
        }
    }

    /// The root's certificate (PEM) among the files that `initialize` made in `directory`.
    package static func rootCertificate(in directory: URL) throws -> String {
        try KeyDirectory(directory: directory).read(FileName.rootCertificate)
    }

    private static func authority(
        name: String, key: P256.Signing.PrivateKey, life: Int64, now: Int64,
        issuer: (certificate: Certificate, key: P256.Signing.PrivateKey)?, pathLength: Int
    ) throws -> Certificate {
        let subject = try DistinguishedName {
            CommonName(name)
            OrganizationName("Martlet")
        }
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(),
            publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: Double(now / 1_000_000 - 3_600)),
            notValidAfter: Date(timeIntervalSince1970: Double(now / 1_000_000 + life)),
            issuer: issuer?.certificate.subject ?? subject, subject: subject,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: pathLength))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            },
            issuerPrivateKey: Certificate.PrivateKey(issuer?.key ?? key))
    }
}
