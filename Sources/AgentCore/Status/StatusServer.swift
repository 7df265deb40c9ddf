package import DesiredState
import DurableFiles
import Glibc
import NIOCore
package import NIOPosix

/// The agent's UNIX socket: one JSON line asked, one answered. Readable by owner and group only.
package struct StatusServer: Sendable {
    private let channel: any Channel
    private let path: String

    static let longestQuestion = 1_024

    package static func bind(
        path: String, group: MultiThreadedEventLoopGroup, answer: @escaping @Sendable (String) async -> JSONValue
    ) async throws -> StatusServer {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        // A runtime directory is gone after a boot; systemd makes it, and so do we.
        try FileBytes.makeDirectory(folder.isEmpty ? "/" : folder)
        // A socket left by an agent that was killed; a live one is refused by the lock on agent.db's directory.
        unlink(path)
        let old = umask(0o117)
        defer { umask(old) }
        let channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(
                        ByteToMessageHandler(LineDecoder(limit: longestQuestion)))
                    try child.pipeline.syncOperations.addHandler(StatusHandler(answer: answer))
                }
            }
            .bind(unixDomainSocketPath: path).get()
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

final class StatusHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    private let answer: @Sendable (String) async -> JSONValue

    init(answer: @escaping @Sendable (String) async -> JSONValue) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let question = (try? JSONValue(parsing: unwrapInboundIn(data).readableBytesView))?["ask"]?.stringValue ?? ""
        let (answer, channel) = (self.answer, context.channel)
        Task {
            let line = CanonicalJSON.encode(await answer(question)) + [UInt8(ascii: "\n")]
            try? await channel.writeAndFlush(channel.allocator.buffer(bytes: line)).get()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
