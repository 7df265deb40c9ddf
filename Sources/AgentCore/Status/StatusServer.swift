package import DesiredState
import DurableFiles
import Glibc
import NIOCore
package import NIOPosix

/// The agent's UNIX socket: one JSON line asked, one answered. Readable by owner and group only; changes are taken from root
/// and the agent's own user.
package struct StatusServer: Sendable {
    private let channel: any Channel
    private let path: String

    static let longestQuestion = 64 << 10

    /// `bound`: a socket at the path that listens already.
    package static func bind(
        path: String, bound: Int32? = nil, group: MultiThreadedEventLoopGroup,
        answer: @escaping @Sendable (StatusQuestion) async -> JSONValue
    ) async throws -> StatusServer {
        let bootstrap = ServerBootstrap(group: group)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(
                        ByteToMessageHandler(LineDecoder(limit: longestQuestion)))
                    try child.pipeline.syncOperations.addHandler(StatusHandler(answer: answer))
                }
            }
        if let bound {
            return StatusServer(channel: try await bootstrap.withBoundSocket(dup(bound)).get(), path: path)
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        // A runtime directory is gone after a boot; systemd makes it, and so do we.
        try FileBytes.makeDirectory(folder.isEmpty ? "/" : folder)
        // A socket left by an agent that was killed; a live one is refused by the lock on agent.db's directory.
        unlink(path)
        let old = umask(0o117)
        defer { umask(old) }
        let channel = try await bootstrap.bind(unixDomainSocketPath: path).get()
        return StatusServer(channel: channel, path: path)
    }

    package func close() async {
        try? await channel.close()
        unlink(path)
    }
}

/// Splits at newlines.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer
    let limit: Int

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard buffer.readableBytes <= limit else { throw ByteToMessageDecoderError.PayloadTooLargeError() }
            return .needMoreData
        }
        let length = end - buffer.readableBytesView.startIndex
        if let line = buffer.readSlice(length: length) {
            buffer.moveReaderIndex(forwardBy: 1)
            context.fireChannelRead(wrapInboundOut(line))
        }
        return .continue
    }
}

/// `struct ucred` of Linux, which Glibc's module leaves out.
struct PeerCredentials: Sendable {
    var pid: Int32
    var uid: UInt32
    var gid: UInt32
}

final class StatusHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let answer: @Sendable (StatusQuestion) async -> JSONValue

    init(answer: @escaping @Sendable (StatusQuestion) async -> JSONValue) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let json = (try? JSONValue(parsing: unwrapInboundIn(data).readableBytesView)) ?? .null
        let (answer, channel, peer) = (self.answer, context.channel, Self.peer(of: context.channel))
        Task {
            let uid = try? await peer?.get().uid
            // Root or the agent's own user asks, as the kernel says.
            let question = StatusQuestion(json: json, mayChange: uid == 0 || uid == geteuid())
            let line = CanonicalJSON.encode(await answer(question)) + [UInt8(ascii: "\n")]
            // Nobody waits for it: the agent may have ended meanwhile.
            channel.writeAndFlush(channel.allocator.buffer(bytes: line), promise: nil)
        }
    }

    private static func peer(of channel: any Channel) -> EventLoopFuture<PeerCredentials>? {
        (channel as? any SocketOptionProvider)?
            .unsafeGetSocketOption(level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
