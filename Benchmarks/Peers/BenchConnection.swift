import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// Opens connections to a server, from several addresses of loopback.
struct BenchConnection: Sendable {
    let context: NIOSSLContext
    let group: MultiThreadedEventLoopGroup
    let port: Int

    /// One GET over a connection of its own; the connection stays open. Returns when the page is there.
    func page(number: Int) async throws -> any Channel {
        let done = group.next().makePromise(of: Void.self)
        let channel = try await connect(number, done) { channel in
            try channel.pipeline.syncOperations.addHTTPClientHandlers()
            try channel.pipeline.syncOperations.addHandler(PageReader(done: done))
        }
        let headers: HTTPHeaders = ["host": "localhost"]
        channel.write(
            HTTPClientRequestPart.head(.init(version: .http1_1, method: .GET, uri: "/", headers: headers)), promise: nil
        )
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        try await done.futureResult.get()
        return channel
    }

    /// An open WebSocket whose handler answers `EchoExchange`.
    func webSocket(number: Int) async throws -> any Channel {
        let done = group.next().makePromise(of: Void.self)
        let upgrader = NIOWebSocketClientUpgrader { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(EchoReader())
                done.succeed()
            }
        }
        let channel = try await connect(number, done) { channel in
            try channel.pipeline.syncOperations.addHTTPClientHandlers(
                leftOverBytesStrategy: .forwardBytes,
                withClientUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
        }
        let headers: HTTPHeaders = ["host": "localhost"]
        channel.write(
            HTTPClientRequestPart.head(.init(version: .http1_1, method: .GET, uri: "/", headers: headers)), promise: nil
        )
        channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
        try await done.futureResult.get()
        return channel
    }

    private func connect(
        _ number: Int, _ done: EventLoopPromise<Void>, _ configure: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        do {
            let channel = try await ClientBootstrap(group: group)
                .bind(to: SocketAddress(ipAddress: "127.0.0.\(2 + number % 8)", port: 0))
                // IP_BIND_ADDRESS_NO_PORT
                .channelOption(
                    ChannelOptions.Types.SocketOption(level: .ip, name: NIOBSDSocket.Option(rawValue: 24)), value: 1
                )
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { [context] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: nil))
                        try configure(channel)
                    }
                }
                .connect(host: "127.0.0.1", port: port).get()
            channel.closeFuture.whenComplete { _ in done.fail(ChannelError.ioOnClosedChannel) }
            return channel
        } catch {
            done.fail(error)
            throw error
        }
    }
}

private final class PageReader: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    private let done: EventLoopPromise<Void>

    init(done: EventLoopPromise<Void>) { self.done = done }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .end = unwrapInboundIn(data) { done.succeed() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        done.fail(error)
        context.close(promise: nil)
    }
}

/// Sends one message and says when as many bytes have come back.
struct EchoExchange: Sendable {
    let bytes: Int
    let done: EventLoopPromise<Void>
}

private final class EchoReader: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = EchoExchange
    typealias OutboundOut = WebSocketFrame
    private var exchange: EchoExchange?
    private var heard = 0

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        self.exchange = exchange
        heard = 0
        let payload = ByteBuffer(repeating: 1, count: exchange.bytes)
        let frame = WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: payload)
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        heard += unwrapInboundIn(data).data.readableBytes
        guard let exchange, heard >= exchange.bytes else { return }
        self.exchange = nil
        exchange.done.succeed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        exchange?.done.fail(ChannelError.ioOnClosedChannel)
        context.fireChannelInactive()
    }
}
