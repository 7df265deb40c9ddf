import NIOCore
import NIOSSL
import ServerPKI

/// TLS towards devices: 1.3 only; no certificate, or one that our authority issued, whatever its dates.
struct GatewayTLS: Sendable {
    let context: NIOSSLContext
    let verifier: DeviceCertificateVerifier

    init(
        certificate: ServedCertificate, authorityFile: String, verifier: DeviceCertificateVerifier
    ) throws {
        var configuration = certificate.configuration()
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
        context = try NIOSSLContext(configuration: configuration)
        self.verifier = verifier
    }

    func handler() -> NIOSSLServerHandler {
        let verifier = verifier
        return NIOSSLServerHandler(
            context: context,
            customVerificationCallback: { certificates, promise in
                guard let leaf = certificates.first, let der = try? leaf.toDERBytes(),
                    (try? verifier.verify(leaf: der)) != nil
                else {
                    promise.succeed(.failed)
                    return
                }
                promise.succeed(.certificateVerified)
            })
    }
}
