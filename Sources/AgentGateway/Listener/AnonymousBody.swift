import NIOCore
import NIOHTTP1

/// Decides about the body of a peer that nobody knows before anything is decompressed, so that there is no decompressor while
/// it is waited for: one that is too large goes on as it is, to be refused; a compressed one goes on when it is whole.
final class AnonymousBody: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private static let encoding = "content-encoding"

    /// Bytes of a body, compressed.
    private let limit: Int
    private var held: (head: HTTPRequestHead, body: ByteBuffer)?

    init(limit: Int) { self.limit = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard head.headers.contains(name: Self.encoding) else { return context.fireChannelRead(data) }
            held = (head, ByteBuffer())
            if head.isChunked || head.announcesBody(above: limit) { letThrough(context, compressed: false) }
        case .body(var bytes):
            guard held != nil else { return context.fireChannelRead(data) }
            held?.body.writeBuffer(&bytes)
            if let held, held.body.readableBytes > limit { letThrough(context, compressed: false) }
        case .end:
            letThrough(context, compressed: true)
            context.fireChannelRead(data)
        }
    }

    private func letThrough(_ context: ChannelHandlerContext, compressed: Bool) {
        guard var head = held?.head, let body = held?.body else { return }
        held = nil
        if !compressed { head.headers.remove(name: Self.encoding) }
        context.fireChannelRead(wrapInboundOut(.head(head)))
        if body.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(.body(body))) }
    }
}
