import NIOCore
import NIOWebSocket
import OpAMP
import ServerCore

/// OpAMP messages over WebSocket frames, between a channel and its session.
final class SessionHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = SessionOutput
    typealias OutboundOut = WebSocketFrame

    /// Agents ping every 45 s; a peer that was silent for longer than two pings and some is gone.
    static let silence = TimeAmount.seconds(110)
    /// A connection on which nothing is said is nobody's.
    static let timeForFirstMessage = TimeAmount.seconds(30)
    static let closeTimeout = TimeAmount.seconds(5)

    private let session: DeviceSession
    private let services: GatewayServices
    private var closing = false
    private var reason = "the connection was cut"

    init(session: DeviceSession, services: GatewayServices) {
        self.session = session
        self.services = services
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.timeForFirstMessage) {
            let (handler, context) = bound.value
            guard !handler.session.wasHeard else { return }
            handler.close(context, .policyViolation, "nothing was said")
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .binary:
            do {
                let bytes = Array(frame.unmaskedData.readableBytesView)
                session.receive(try OpAMPFraming.decode(bytes, limit: OpAMPLimits.serverBytes), bytes: bytes.count)
            } catch {
                close(context, .unacceptableData, "\(error)")
            }
        case .ping:
            // Who does not read gets no pongs heaped up.
            if context.channel.isWritable { write(context, .pong, frame.unmaskedData) }
        case .pong: session.ponged()
        case .connectionClose: peerCloses(context, frame)
        default: close(context, .unacceptableData, "expected binary messages")
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .message(let bytes):
            let data = context.channel.allocator.buffer(bytes: bytes)
            context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: .binary, data: data)), promise: promise)
        case .close(let code, let reason):
            close(context, code, reason)
            promise?.succeed(())
        case .ping:
            write(context, .ping, ByteBuffer())
            promise?.succeed(())
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is IdleStateHandler.IdleStateEvent {
            reason = "nothing was heard for \(Self.silence.nanoseconds / 1_000_000_000) s"
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        services.sessions.remove(session)
        session.ended()
        let (peer, sync, reason) = (session.peer, services.sync, reason)
        Task { await sync.disconnected(peer, reason: reason) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = "\(error)"
        context.close(promise: nil)
    }

    private func peerCloses(_ context: ChannelHandlerContext, _ frame: WebSocketFrame) {
        if !closing {
            reason = "the device ended the connection"
            write(context, .connectionClose, frame.unmaskedData)
        }
        context.close(promise: nil)
    }

    private func close(_ context: ChannelHandlerContext, _ code: WebSocketErrorCode, _ reason: String) {
        guard !closing, context.channel.isActive else { return }
        closing = true
        self.reason = reason
        var data = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        data.write(webSocketErrorCode: code)
        // A control frame carries 125 bytes at most.
        data.writeBytes(reason.utf8.prefix(120))
        write(context, .connectionClose, data)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: Self.closeTimeout) { bound.value.close(promise: nil) }
    }

    private func write(_ context: ChannelHandlerContext, _ opcode: WebSocketOpcode, _ data: ByteBuffer) {
        context.writeAndFlush(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: data)), promise: nil)
    }
}
