import AgentGateway
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOWebSocket
import OpAMP

/// A device's request for a WebSocket, and what it sends over it, through the gateway's own handlers. The first byte cuts the
/// stream into pieces.
enum UpgradeFuzz {
    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let channel = EmbeddedChannel()
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: OpAMPLimits.serverBytes,
            shouldUpgrade: { channel, head in
                channel.eventLoop.makeSucceededFuture(head.uri == OpAMPPath.opamp ? HTTPHeaders() : nil)
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([GatewayHTTP.aggregator(), MessageSink()])
                }
            })
        do {
            try GatewayHTTP.add(to: channel.pipeline.syncOperations, upgrader: upgrader) { _ in }
            let step = max(1, Int(first))
            var rest = bytes.dropFirst()
            while !rest.isEmpty, channel.isActive || rest.startIndex == 1 {
                try channel.writeInbound(ByteBuffer(bytes: rest.prefix(step)))
                rest = rest.dropFirst(step)
            }
        } catch {
            // What is refused closes the connection.
        }
    }

    /// Where a session would read: whole messages, none above the limit.
    private final class MessageSink: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            precondition(unwrapInboundIn(data).data.readableBytes <= OpAMPLimits.serverBytes)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
