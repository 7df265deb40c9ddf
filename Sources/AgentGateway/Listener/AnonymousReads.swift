import NIOCore
import ResidentMemory

/// Passes on what a peer that nobody knows says in small buffers of their own. NIOSSL's has room for two TLS records, and
/// whoever waits for the rest of a head or a body would hold it, while TLS takes another one.
final class AnonymousReads: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// What is held of a head, or of what cannot be read, is one more of these than its limit.
    private static let piece = 2 << 10
    /// From so many bytes on NIOSSL's buffer has pages that are worth a system call.
    private static let worthGivingBack = 8 << 10

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var said = unwrapInboundIn(data)
        var pieces: [ByteBuffer] = []
        while said.readableBytes > 0, let piece = said.readSlice(length: min(said.readableBytes, Self.piece)) {
            pieces.append(context.channel.allocator.buffer(buffer: piece))
        }
        if said.readerIndex >= Self.worthGivingBack {
            // NIOSSL reads into it from its beginning again, and nobody else has it.
            said.withVeryUnsafeBytes { rm_forget($0.baseAddress, $0.count) }
        }
        for piece in pieces { context.fireChannelRead(wrapInboundOut(piece)) }
    }
}
