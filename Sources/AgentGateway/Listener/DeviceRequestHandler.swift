import DeviceProtocol
import Foundation
import Logging
import NIOCore
import NIOHTTP1
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

    /// How long a peer may take until its request is whole, from the handshake or the answer before.
    static let timeForAnonymous = TimeAmount.seconds(20)
    static let timeForDevice = TimeAmount.seconds(120)

    /// A request's body before the device has authenticated, and after.
    private var limit: Int {
        if case .device = identity { OpAMPLimits.serverBytes } else { OpAMPLimits.unauthenticatedBytes }
    }

    init(services: GatewayServices, identity: PeerIdentity, address: String, connection: UInt64) {
        self.services = services
        self.identity = identity
        self.address = address
        self.connection = connection
    }

    func handlerAdded(context: ChannelHandlerContext) { expectRequest(context) }
    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    private func expectRequest(_ context: ChannelHandlerContext) {
        let time: TimeAmount = if case .device = identity { Self.timeForDevice } else { Self.timeForAnonymous }
        let channel = context.channel
        deadline?.cancel()
        deadline = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
        case .body(let buffer):
            guard !refused else { return }
            guard body.count + buffer.readableBytes <= limit else {
                refused = true
                let text = "a body of more than \(limit) bytes"
                write(GatewayReply(.payloadTooLarge, text), keepAlive: false, context)
                return
            }
            body += buffer.readableBytesView
        case .end:
            guard let head, !refused else { return }
            deadline?.cancel()
            answer(head, body, context)
            self.head = nil
            body = []
        }
    }

    private func answer(_ head: HTTPRequestHead, _ body: [UInt8], _ context: ChannelHandlerContext) {
        let request = DeviceRequest(
            head: head, body: body, limit: limit, identity: identity, address: address, connection: connection)
        let services = services
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        Task {
            let reply = await request.answer(services)
            loop.execute {
                let (handler, context) = bound.value
                handler.write(reply, keepAlive: head.isKeepAlive, context)
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
        guard head != nil, !refused, context.channel.isActive else {
            context.close(promise: nil)
            return
        }
        refused = true
        write(GatewayReply(.badRequest, "the request cannot be read: \(error)"), keepAlive: false, context)
    }
}
