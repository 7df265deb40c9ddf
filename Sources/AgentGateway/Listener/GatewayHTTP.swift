package import NIOCore
import NIOHTTP1
package import NIOWebSocket
import OpAMP

/// How the bytes of a device become requests, an upgrade, and frames, with the limits of each. Apart from who the device is.
package enum GatewayHTTP {
    /// What a request may say before its body: much more than a device does, and several times what enrolment does.
    private static func headLimits(isKnown: Bool) -> NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = isKnown ? 8 << 10 : 2 << 10
        limits.maxHeaderListSize = isKnown ? 16 << 10 : 4 << 10
        limits.maxHeaderFieldCount = 64
        return limits
    }

    /// `upgraded` takes away what is of no use to a WebSocket.
    package static func add(
        to pipeline: ChannelPipeline.SynchronousOperations, isKnown: Bool = true, upgrader: NIOWebSocketServerUpgrader,
        upgraded: @escaping @Sendable (ChannelHandlerContext) -> Void
    ) throws {
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: true,
            withServerUpgrade: (upgraders: [upgrader], completionHandler: upgraded),
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: headLimits(isKnown: isKnown))
    }

    /// Makes whole messages of frames.
    package static func aggregator() -> NIOWebSocketFrameAggregator {
        NIOWebSocketFrameAggregator(
            minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 1_024,
            maxAccumulatedFrameSize: OpAMPLimits.serverBytes)
    }
}
