import NIOCore
import NIOHTTP1
import NIOWebSocket
package import OpAMP

/// A persistent connection: messages both ways at any time.
package struct WebSocketLink: Sendable {
    /// What the server says, in order; ends when the connection does, with the reason.
    package let messages: AsyncThrowingStream<OpAMPServerToAgent, any Error>
    let channel: any Channel

    package static func open(_ connector: ServerConnector) async throws -> WebSocketLink {
        let (messages, continuation) = AsyncThrowingStream<OpAMPServerToAgent, any Error>.makeStream()
        let endpoint = connector.endpoint
        let host = "\(endpoint)"
        let channel = try await connector.connect { channel in
            let pipeline = channel.pipeline.syncOperations
            let call = HTTPCallHandler(host: host, limit: OpAMPLimits.unauthenticatedBytes)
            let bound = NIOLoopBound(call, eventLoop: channel.eventLoop)
            let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: OpAMPLimits.agentBytes) { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 1_024,
                            maxAccumulatedFrameSize: OpAMPLimits.agentBytes),
                        WebSocketLinkHandler(peer: host, messages: continuation),
                    ])
                }
            }
            try pipeline.addHTTPClientHandlers(
                leftOverBytesStrategy: .forwardBytes,
                withClientUpgrade: (
                    upgraders: [upgrader],
                    completionHandler: { $0.pipeline.syncOperations.removeHandler(bound.value, promise: nil) }
                ))
            try pipeline.addHandler(call)
        }
        let answer: HTTPReply
        do { answer = try await HTTPCall.perform(.GET, OpAMPPath.opamp, over: channel, to: endpoint) } catch {
            try? await channel.close()
            throw error
        }
        guard answer.status == .switchingProtocols else {
            try? await channel.close()
            throw HTTPLink.refusal(answer, endpoint)
        }
        return WebSocketLink(messages: messages, channel: channel)
    }

    /// Returns once the message was handed to the kernel.
    package func send(_ message: OpAMPAgentToServer) async throws {
        let bytes = try OpAMPFraming.encode(message)
        try await channel.writeAndFlush(WebSocketOutput.message(bytes)).get()
    }

    /// Says good-bye and closes after that time, unless that is cancelled.
    func close(after time: TimeAmount) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: time) { [channel] in
            channel.writeAndFlush(WebSocketOutput.close, promise: nil)
        }
    }

    /// Says good-bye and closes.
    package func close() async {
        channel.writeAndFlush(WebSocketOutput.close, promise: nil)
        try? await channel.closeFuture.get()
    }
}

/// What a `WebSocketLinkHandler` is asked to send.
enum WebSocketOutput: Sendable {
    case message([UInt8])
    case close
}
