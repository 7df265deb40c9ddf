import NIOCore
import NIOHTTP1
import NIOHTTPCompression

/// Turns calls into requests and collects their answers, one at a time over a kept-alive connection.
final class HTTPCallHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPCall
    typealias OutboundOut = HTTPClientRequestPart

    static let answerTimeout = TimeAmount.seconds(30)
    /// Smaller requests gain nothing from gzip.
    static let compressFrom = 1_024

    private let host: String
    private let limit: Int
    private var reply: EventLoopPromise<HTTPReply>?
    private var head: HTTPResponseHead?
    private var body: [UInt8] = []
    private var deadline: Scheduled<Void>?
    private var closed = false

    init(host: String, limit: Int) {
        self.host = host
        self.limit = limit
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let call = unwrapOutboundIn(data)
        guard reply == nil, !closed else {
            call.reply.fail(LinkError(.closed, "\(host): the connection is closed"))
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        reply = call.reply
        head = nil
        body = []
        let compressor = compressor(for: call, context)
        var headers = call.headers
        headers.replaceOrAdd(name: "host", value: host)
        headers.replaceOrAdd(name: "content-length", value: String(call.body.count))
        let head = HTTPRequestHead(version: .http1_1, method: call.method, uri: call.path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !call.body.isEmpty {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: call.body)))), promise: nil)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
        if let compressor { context.pipeline.syncOperations.removeHandler(compressor, promise: nil) }
        let (host, bound) = (self.host, NIOLoopBound(context, eventLoop: context.eventLoop))
        deadline = context.eventLoop.scheduleTask(in: Self.answerTimeout) {
            bound.value.pipeline.fireErrorCaught(LinkError(.timedOut, "\(host): no answer in 30 s"))
        }
    }

    /// A compressor in the pipeline for a large request. It serves one request only (a second one traps in it).
    private func compressor(for call: HTTPCall, _ context: ChannelHandlerContext) -> NIOHTTPRequestCompressor? {
        // Artifacts are compressed already, as a rule.
        guard call.body.count >= Self.compressFrom, call.method == .POST else { return nil }
        let compressor = NIOHTTPRequestCompressor(encoding: .gzip)
        guard (try? context.pipeline.syncOperations.addHandler(compressor, position: .before(self))) != nil else {
            return nil
        }
        return compressor
    }

    /// Taken away when the connection has become a WebSocket: that is the answer to the call.
    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        reply?.succeed(HTTPReply(status: .switchingProtocols, headers: [:], body: []))
        reply = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body(let buffer):
            guard body.count + buffer.readableBytes <= limit else {
                fail(LinkError(.malformed, "\(host): an answer of more than \(limit) bytes"), context)
                return
            }
            body += buffer.readableBytesView
        case .end:
            deadline?.cancel()
            guard let head, let reply else { return }
            self.reply = nil
            reply.succeed(HTTPReply(status: head.status, headers: head.headers, body: body))
            body = []
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        closed = true
        finish(LinkError(.closed, "\(host) closed the connection before it answered"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error as? LinkError ?? LinkError(.malformed, "\(host): \(error)"), context)
    }

    private func fail(_ error: LinkError, _ context: ChannelHandlerContext) {
        finish(error)
        context.close(promise: nil)
    }

    private func finish(_ error: LinkError) {
        deadline?.cancel()
        reply?.fail(error)
        reply = nil
    }
}
