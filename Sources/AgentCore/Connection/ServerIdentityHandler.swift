import DeviceProtocol
import NIOCore
import NIOSSL
import NIOTLS

/// Lets nothing be sent before the peer has shown a certificate of our CA that says it is the server.
final class ServerIdentityHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let trustDomain: String
    private let peer: String
    /// Succeeds once the peer is known to be the server; fails with a `LinkError`.
    private let verified: EventLoopPromise<Void>
    private var settled = false

    init(trustDomain: String, peer: String, verified: EventLoopPromise<Void>) {
        self.trustDomain = trustDomain
        self.peer = peer
        self.verified = verified
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event { settle(verify(context), context) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        settle(.failure(LinkError(.untrusted, "\(peer): TLS failed: \(error)")), context)
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        settle(.failure(LinkError(.unreachable, "\(peer) closed the connection during the TLS handshake")), context)
        context.fireChannelInactive()
    }

    private func settle(_ result: Result<Void, LinkError>, _ context: ChannelHandlerContext) {
        guard !settled else { return }
        settled = true
        switch result {
        case .success: verified.succeed(())
        case .failure(let error):
            verified.fail(error)
            context.close(promise: nil)
        }
    }

    private func verify(_ context: ChannelHandlerContext) -> Result<Void, LinkError> {
        guard let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self),
            let certificate = tls.peerCertificate
        else { return .failure(LinkError(.untrusted, "\(peer) showed no certificate")) }
        let expected = SpiffeID.server(trustDomain: trustDomain).uri
        let names = Self.uris(of: certificate)
        guard names.contains(expected) else {
            let got = names.isEmpty ? "no identity" : names.joined(separator: ", ")
            return .failure(
                LinkError(.untrusted, "\(peer): its certificate is for \(got), expected \(expected); not connecting"))
        }
        return .success(())
    }

    private static func uris(of certificate: NIOSSLCertificate) -> [String] {
        certificate._subjectAlternativeNames().compactMap { name in
            guard name.nameType == .uri else { return nil }
            return String(decoding: name.contents, as: UTF8.self)
        }
    }
}
