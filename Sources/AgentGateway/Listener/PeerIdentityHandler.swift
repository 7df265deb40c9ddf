import NIOCore
import NIOSSL
import NIOTLS
import ServerPKI

/// Learns who the peer is once the handshake is over, and tells the gate that it is.
final class PeerIdentityHandler: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let verifier: DeviceCertificateVerifier
    private let leaf: VerifiedLeaf
    private let handshakeEnded: @Sendable () -> Void
    private var deadline: Scheduled<Void>?
    private var ended = false
    private(set) var identity = PeerIdentity.anonymous
    /// Until when a peer that shows no certificate has to have said all it wants, from its first byte on.
    let end: NIODeadline

    init(
        verifier: DeviceCertificateVerifier, leaf: VerifiedLeaf, timeout: TimeAmount, channel: any Channel,
        handshakeEnded: @escaping @Sendable () -> Void
    ) {
        self.verifier = verifier
        self.leaf = leaf
        self.handshakeEnded = handshakeEnded
        end = .now() + timeout
        deadline = channel.eventLoop.scheduleTask(deadline: end) { channel.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case TLSUserEvent.handshakeCompleted = event {
            handshakeIsOver()
            guard learn(context) else {
                context.close(promise: nil)
                return
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        handshakeIsOver()
        context.fireChannelInactive()
    }

    /// A connection that was cut before it became active is removed without becoming inactive.
    func handlerRemoved(context: ChannelHandlerContext) { handshakeIsOver() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that breaks TLS is not worth more than a closed connection.
        handshakeIsOver()
        context.close(promise: nil)
    }

    private func handshakeIsOver() {
        guard !ended else { return }
        ended = true
        deadline?.cancel()
        handshakeEnded()
    }

    /// The verification callback is not called on a resumed handshake: the certificate is judged here then.
    private func learn(_ context: ChannelHandlerContext) -> Bool {
        if let accepted = leaf.accepted {
            identity = .device(accepted)
            return true
        }
        guard let tls = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self) else {
            return false
        }
        guard let certificate = tls.peerCertificate else { return true }
        guard let der = try? certificate.toDERBytes(), let accepted = try? verifier.verify(leaf: der) else {
            return false
        }
        identity = .device(accepted)
        return true
    }
}
