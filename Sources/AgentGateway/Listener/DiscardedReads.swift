import NIOCore

/// Takes what comes from the network, and keeps none of it. The connection still notices when the peer ends it.
final class DiscardedReads: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {}
}
