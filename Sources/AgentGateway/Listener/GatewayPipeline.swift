import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL
import NIOTLS
import NIOWebSocket
import OpAMP
import ServerCore
import ServerPKI

/// Builds the handlers of a connection.
struct GatewayPipeline: Sendable {
    let services: GatewayServices
    let tls: GatewayTLS
    let handshakeTimeout: TimeAmount

    /// Bytes that are read at once from a peer that nobody knows yet: what it says in a handshake at once. NIO keeps a buffer of that
    /// size for as long as the connection lives.
    static let anonymousRead = 2_048
    /// Reads from a device, one after another, before others have their turn.
    private static let readsOfDevice: UInt = 4

    /// TLS first; HTTP only once the peer is known.
    func configure(_ channel: any Channel, handshakeEnded: @escaping @Sendable () -> Void) throws {
        let pipeline = channel.pipeline.syncOperations
        let leaf = VerifiedLeaf()
        let identity = PeerIdentityHandler(
            verifier: services.verifier, leaf: leaf, timeout: handshakeTimeout, channel: channel,
            handshakeEnded: handshakeEnded)
        try pipeline.addHandler(tls.handler(learning: leaf))
        try pipeline.addHandler(identity)
        try pipeline.addHandler(
            HandshakeDoneHandler { context in
                try self.addHTTP(context.channel, identity: identity.identity, end: identity.end)
            })
    }

    private func addHTTP(_ channel: any Channel, identity: PeerIdentity, end: NIODeadline) throws {
        let pipeline = channel.pipeline.syncOperations
        let address = PeerAddress.text(channel.remoteAddress)
        let connection = services.connections.next()
        if case .device(let accepted) = identity {
            services.devices.add(channel, number: connection, of: accepted.uid)
            _ = channel.setOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator())
            _ = channel.setOption(.maxMessagesPerRead, value: Self.readsOfDevice)
        } else {
            try pipeline.addHandler(AnonymousReads())
        }
        let limit = identity.limit(services.sync.revocations)
        let requests = DeviceRequestHandler(
            services: services, identity: identity, address: address, connection: connection, limit: limit,
            anonymousEnd: end)
        let isKnown = identity.certificate != nil
        let compressor = HTTPResponseCompressor(initialByteBufferCapacity: 1_024) { head, _ in
            // An answer in which nothing changed is smaller without a gzip header.
            let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            return length >= 1_024 ? .compressIfPossible : .doNotCompress
        }
        let decompressor = NIOHTTPRequestDecompressor(limit: .size(limit))
        let bound = NIOLoopBound(
            (requests, compressor, decompressor), eventLoop: channel.eventLoop)
        try GatewayHTTP.add(to: pipeline, isKnown: isKnown, upgrader: upgrader(identity, address, connection)) {
            context in
            let (requests, compressor, decompressor) = bound.value
            for handler in [requests, compressor, decompressor] as [any RemovableChannelHandler] {
                context.pipeline.syncOperations.removeHandler(handler, promise: nil)
            }
        }
        if isKnown {
            try pipeline.addHandlers([compressor, decompressor, requests])
        } else {
            // It has one answer, which is short, and no WebSocket.
            try pipeline.addHandlers([AnonymousBody(limit: limit), decompressor, requests])
        }
    }

    private func upgrader(
        _ identity: PeerIdentity, _ address: String, _ connection: UInt64
    ) -> NIOWebSocketServerUpgrader {
        let services = services
        return NIOWebSocketServerUpgrader(
            maxFrameSize: OpAMPLimits.serverBytes,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeFutureWithTask {
                    let request = DeviceRequest(
                        head: head, body: [], limit: 0, identity: identity, address: address, connection: connection)
                    guard head.uri == OpAMPPath.opamp, try await request.verdict(services) == .speak else { return nil }
                    return HTTPHeaders()
                }
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    guard let certificate = identity.certificate else {
                        throw ChannelError.inappropriateOperationForState
                    }
                    let peer = DevicePeer(
                        uid: certificate.uid, address: address, transport: .webSocket, connection: connection)
                    let session = DeviceSession(
                        peer: peer, certificate: certificate, channel: channel, services: services)
                    // It rests most of the time: what a read brings is little, and a buffer to read into stays.
                    _ = channel.setOption(
                        .recvAllocator,
                        value: AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 512, maximum: 64 << 10))
                    try channel.pipeline.syncOperations.addHandlers([
                        IdleStateHandler(readTimeout: SessionHandler.silence),
                        GatewayHTTP.aggregator(),
                        SessionHandler(session: session, services: services),
                    ])
                }
            })
    }
}

/// Calls its closure once, when the TLS handshake is over, and goes away.
final class HandshakeDoneHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    private let done: (ChannelHandlerContext) throws -> Void

    init(_ done: @escaping (ChannelHandlerContext) throws -> Void) { self.done = done }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        guard case TLSUserEvent.handshakeCompleted = event else { return }
        do {
            try done(context)
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            context.close(promise: nil)
        }
    }
}
