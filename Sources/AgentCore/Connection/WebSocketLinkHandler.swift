import NIOCore
import NIOWebSocket
import OpAMP

/// OpAMP messages over WebSocket frames; pings every 45 s, and two that stay unanswered end the connection.
final class WebSocketLinkHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketOutput
    typealias OutboundOut = WebSocketFrame

    static let pingInterval = TimeAmount.seconds(45)
    static let closeTimeout = TimeAmount.seconds(2)

    private let peer: String
    private let messages: AsyncThrowingStream<OpAMPServerToAgent, any Error>.Continuation
    private var ping: RepeatedTask?
    private var unanswered = 0
    private var closing = false

    init(peer: String, messages: AsyncThrowingStream<OpAMPServerToAgent, any Error>.Continuation) {
        self.peer = peer
        self.messages = messages
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        ping = context.eventLoop.scheduleRepeatedTask(initialDelay: Self.pingInterval, delay: Self.pingInterval) { _ in
            let (handler, context) = bound.value
            handler.sendPing(context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .binary: take(Array(frame.unmaskedData.readableBytesView), context)
        case .pong: unanswered = 0
        case .ping: write(.pong, frame.unmaskedData, context)
        case .connectionClose: closed(by: frame, context)
        default: end(LinkError(.malformed, "\(peer): a WebSocket message that is not binary"), context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .message(let bytes):
            let frame = WebSocketFrame(
                fin: true, opcode: .binary, maskKey: .random(), data: context.channel.allocator.buffer(bytes: bytes))
            context.write(wrapOutboundOut(frame), promise: promise)
        case .close:
            closing = true
            var data = context.channel.allocator.buffer(capacity: 2)
            data.write(webSocketErrorCode: .normalClosure)
            let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: data)
            context.write(wrapOutboundOut(frame), promise: promise)
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: Self.closeTimeout) { bound.value.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        ping?.cancel()
        messages.finish(throwing: closing ? nil : LinkError(.closed, "\(peer): the connection was cut"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(LinkError(.closed, "\(peer): \(error)"), context)
    }

    private func take(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        do {
            messages.yield(try OpAMPFraming.decode(bytes, limit: OpAMPLimits.agentBytes))
        } catch {
            end(LinkError(.malformed, "\(peer): \(error)"), context)
        }
    }

    private func closed(by frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        if closing {
            context.close(promise: nil)
            return
        }
        var data = frame.unmaskedData
        let code = data.readWebSocketErrorCode()
        let reason = data.readString(length: data.readableBytes) ?? ""
        write(.connectionClose, frame.unmaskedData, context)
        let said = code.map { "\(UInt16(webSocketErrorCode: $0))" } ?? "no code"
        end(LinkError(.closed, "\(peer) ended the connection (\(said)): \(reason)"), context)
    }

    private func sendPing(_ context: ChannelHandlerContext) {
        guard unanswered < 2 else {
            end(LinkError(.timedOut, "\(peer): two pings without an answer"), context)
            return
        }
        unanswered += 1
        write(.ping, ByteBuffer(), context)
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    private func end(_ error: LinkError, _ context: ChannelHandlerContext) {
        messages.finish(throwing: error)
        context.close(promise: nil)
    }
}
