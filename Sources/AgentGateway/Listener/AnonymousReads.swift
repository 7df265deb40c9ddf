import NIOCore

/// Passes on what a peer that nobody knows says in small buffers of their own. NIOSSL's has room for two TLS records, and
/// whoever waits for the rest of a head or a body would hold it, while TLS takes another one.
///
/// Once we end the connection nothing is taken any more: closing waits until the peer has had its answer, and whoever goes on
/// sending meanwhile has not even his TLS records put together.
final class AnonymousReads: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is held of a head, or of what cannot be read, is one more of these than its limit.
    private static let piece = 2 << 10

    private var isOver = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var said = unwrapInboundIn(data)
        while !isOver, let piece = said.readSlice(length: min(said.readableBytes, Self.piece)), piece.readableBytes > 0
        {
            context.fireChannelRead(wrapInboundOut(context.channel.allocator.buffer(buffer: piece)))
        }
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        if !isOver {
            isOver = true
            // Before TLS.
            try? context.pipeline.syncOperations.addHandler(DiscardedReads(), position: .first)
        }
        context.close(mode: mode, promise: promise)
    }
}
