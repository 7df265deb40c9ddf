import Crypto
package import DeviceProtocol
import Foundation
import SwiftASN1
import Synchronization
import X509

/// Judges the certificate that a device presented.
///
/// Dates are reported, not judged: an expired device gets a readable answer inside TLS instead of a broken handshake.
/// Must be asked on every connection, resumed ones too. Thread-safe.
package final class DeviceCertificateVerifier: Sendable {
    package struct Accepted: Sendable, Hashable {
        package let uid: DeviceUID
        package let serial: String
        /// µs since 1970.
        package let notBefore: Int64
        package let notAfter: Int64
    }

    package struct Rejection: Error, Sendable, Hashable, CustomStringConvertible {
        package let reason: String
        package var description: String { reason }
    }

    private let intermediate: Certificate
    private let trustDomain: String
    private let known = Mutex(VerifiedCertificates())

    package init(authority: CertificateAuthority) {
        intermediate = authority.intermediate
        trustDomain = authority.trustDomain
    }

    /// `leaf` is the DER of the peer's own certificate.
    package func verify(leaf der: [UInt8]) throws(Rejection) -> Accepted {
        let hash = SHA256.hash(data: der)
        if let accepted = known.withLock({ $0.find(hash) }) { return accepted }
        let accepted = try judge(leaf: der)
        known.withLock { $0.keep(accepted, for: hash) }
        return accepted
    }

    private func judge(leaf der: [UInt8]) throws(Rejection) -> Accepted {
        let certificate: Certificate
        do { certificate = try Certificate(derEncoded: der) } catch {
            throw Rejection(reason: "unreadable certificate: \(error)")
        }
        guard certificate.issuer == intermediate.subject,
            intermediate.publicKey.isValidSignature(certificate.signature, for: certificate)
        else {
            throw Rejection(
                reason: "certificate was not issued by this server's authority (issuer \(certificate.issuer))")
        }
        guard let usages = try? certificate.extensions.extendedKeyUsage, usages.contains(.clientAuth) else {
            throw Rejection(reason: "certificate is not for client authentication")
        }
        guard let uid = device(of: certificate) else {
            throw Rejection(reason: "certificate names no device of spiffe://\(trustDomain)")
        }
        return Accepted(
            uid: uid, serial: Self.hex(certificate.serialNumber),
            notBefore: Self.microseconds(certificate.notValidBefore),
            notAfter: Self.microseconds(certificate.notValidAfter))
    }

    private func device(of certificate: Certificate) -> DeviceUID? {
        guard let names = try? certificate.extensions.subjectAlternativeNames else { return nil }
        for case .uniformResourceIdentifier(let uri) in names {
            if case .device(let domain, let uid) = SpiffeID(uri: uri), domain == trustDomain { return uid }
        }
        return nil
    }

    private static func microseconds(_ date: Date) -> Int64 { Int64(date.timeIntervalSince1970) * 1_000_000 }

    static func hex(_ serial: Certificate.SerialNumber) -> String { hex(serial.bytes) }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
