import DeviceProtocol
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import NIOWebSocket
import OpAMP
import ServerCore
import ServerPKI
import SwiftProtobuf

/// OpAMP over plain HTTP: one request, one answer, any number of them on one connection.
final class DeviceRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let services: GatewayServices
    private let identity: PeerIdentity
    private let address: String
    private let connection: UInt64
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var refused = false
    private var deadline: Scheduled<Void>?

    /// How long a device may take until its request is whole, from the handshake or the answer before.
    static let timeForDevice = TimeAmount.seconds(120)

    /// Bytes of a request's body.
    private let limit: Int
    /// Most bodies are smaller.
    private static let roomForBody = 16 << 10
    /// When a peer without a certificate must have said what it wants; it may say one thing.
    private let anonymousEnd: NIODeadline

    init(
        services: GatewayServices, identity: PeerIdentity, address: String, connection: UInt64, limit: Int,
        anonymousEnd: NIODeadline
    ) {
        self.limit = limit
        self.anonymousEnd = anonymousEnd
        self.services = services
        self.identity = identity
        self.address = address
        self.connection = connection
    }

    func handlerAdded(context: ChannelHandlerContext) { expectRequest(context) }
    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    private func expectRequest(_ context: ChannelHandlerContext) {
        let end = if case .device = identity { NIODeadline.now() + Self.timeForDevice } else { anonymousEnd }
        let channel = context.channel
        deadline?.cancel()
        deadline = context.eventLoop.scheduleTask(deadline: end) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard !refused else { return }
            self.head = head
            body = []
            if case .anonymous = identity, head.isChunked {
                refuse(GatewayReply(.lengthRequired, "without a certificate a body needs a content-length"), context)
            } else if head.announcesBody(above: limit) {
                refuseBody(context)
            }
        case .body(let buffer):
            guard !refused else { return }
            guard body.count + buffer.readableBytes <= limit else { return refuseBody(context) }
            // Growing by doubling would need it twice.
            if body.isEmpty { body.reserveCapacity(min(limit, Self.roomForBody)) }
            body += buffer.readableBytesView
        case .end:
            guard let head, !refused else { return }
            deadline?.cancel()
            answer(head, body, context)
            self.head = nil
            body = []
        }
    }

    private func refuseBody(_ context: ChannelHandlerContext) {
        refuse(GatewayReply(.payloadTooLarge, "a body of more than \(limit) bytes"), context)
    }

    /// Answers before the request is whole, and takes no more of it.
    private func refuse(_ reply: GatewayReply, _ context: ChannelHandlerContext) {
        refused = true
        body = []
        write(reply, keepAlive: false, context)
    }

    private func answer(_ head: HTTPRequestHead, _ body: [UInt8], _ context: ChannelHandlerContext) {
        let request = DeviceRequest(
            head: head, body: body, limit: limit, identity: identity, address: address, connection: connection)
        let services = services
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let keepAlive = if case .device = identity { head.isKeepAlive } else { false }
        Task {
            var reply = await request.answer(services)
            // An answer to it has no body: the peer would take one for the beginning of the next answer.
            if request.head.method == .HEAD { reply.body = [] }
            loop.execute { [reply] in
                let (handler, context) = bound.value
                handler.write(reply, keepAlive: keepAlive, context)
            }
        }
    }

    private func write(_ reply: GatewayReply, keepAlive: Bool, _ context: ChannelHandlerContext) {
        var headers = reply.headers
        headers.replaceOrAdd(name: "content-length", value: String(reply.body.count))
        if !keepAlive { headers.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: reply.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(
            wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: reply.body)))), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            if !keepAlive { bound.value.close(promise: nil) }
        }
        if keepAlive { expectRequest(context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .device(let certificate) = identity {
            let peer = DevicePeer(uid: certificate.uid, address: address, transport: .http, connection: connection)
            let sync = services.sync
            Task { await sync.disconnected(peer, reason: "the device ended its synchronisation") }
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A refused upgrade comes to us as an ordinary request, and gets its answer in words.
        if error is NIOWebSocketUpgradeError { return }
        // A body that cannot be decompressed is said to be so; what breaks the connection itself only ends it.
        guard head != nil, !refused, context.channel.isActive else { return end(context) }
        refused = true
        write(GatewayReply(.badRequest, "the request cannot be read: \(error)"), keepAlive: false, context)
    }

    /// Of a peer that nobody knows without waiting, as TLS would, for its leave: it may go on sending, and TLS keeps two records of it.
    private func end(_ context: ChannelHandlerContext) {
        guard case .anonymous = identity,
            let tls = try? context.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self)
        else { return context.close(promise: nil) }
        tls.close(promise: nil)
    }
}
