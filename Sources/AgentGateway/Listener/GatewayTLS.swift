import CNIOBoringSSL
import NIOCore
import NIOSSL
import ServerPKI

/// TLS towards devices: 1.3 only; no certificate, or one that our authority issued, whatever its dates.
struct GatewayTLS: Sendable {
    let context: NIOSSLContext
    let verifier: DeviceCertificateVerifier
    /// Bytes that a connection keeps to write into: an answer in which nothing changed has room.
    private static let keptForWriting = 512

    init(
        certificate: ServedCertificate, authorityFile: String, verifier: DeviceCertificateVerifier
    ) throws {
        var configuration = certificate.configuration()
        configuration.certificateVerification = .optionalVerification
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorityFile))
        context = try NIOSSLContext(configuration: configuration)
        Self.omitSessionTickets(context)
        self.verifier = verifier
    }

    /// After each handshake BoringSSL sends two tickets with which the session could be resumed, with the client's certificate in each:
    /// a third of a synchronisation's bytes, and no agent can use them. NIOSSL has no setting for it and keeps its context
    /// to itself. Where it cannot be found any more, tickets are sent; a test notices.
    private static func omitSessionTickets(_ context: NIOSSLContext) {
        let held = Mirror(reflecting: context).children.first { $0.label == "sslContext" }?.value
        guard let held = held as? OpaquePointer else { return }
        _ = SSL_CTX_set_options(held, UInt32(SSL_OP_NO_TICKET))
    }

    /// `leaf` learns whom the handshake showed.
    func handler(learning leaf: VerifiedLeaf) -> NIOSSLServerHandler {
        let verifier = verifier
        var buffers = NIOSSLServerHandler.Configuration()
        buffers.maximumPreservedOutboundBufferCapacity = Self.keptForWriting
        return NIOSSLServerHandler(
            context: context,
            customVerificationCallback: { certificates, promise in
                guard let der = try? certificates.first?.toDERBytes(), let accepted = try? verifier.verify(leaf: der)
                else {
                    promise.succeed(.failed)
                    return
                }
                leaf.learn(accepted)
                promise.succeed(.certificateVerified)
            },
            configuration: buffers)
    }
}
