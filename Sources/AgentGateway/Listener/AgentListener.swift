import NIOCore
import NIOPosix

/// How the socket for agents takes connections: no faster than admission lets, and only of those who are still there.
enum AgentListener {
    /// Ready to be bound. `configure` builds the handlers of a connection, whose turn it ends with the handshake; one that fails
    /// closes it.
    static func bootstrap(
        on group: any EventLoopGroup, admission: AdmissionSettings,
        configure: @escaping @Sendable (any Channel, AdmissionTurn) throws -> Void
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: admission.waiting)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // Each is a turn of its own.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Where there is no descriptor for another, it waits a second before it asks again.
                    try channel.pipeline.syncOperations.addHandlers([
                        AcceptBackoffHandler(shouldForwardIOErrorCaught: false), AdmissionGate(settings: admission),
                    ])
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: GatewayPipeline.anonymousRead)
            )
            // What a read completes is passed on before the next one: NIOSSL gathers it in one buffer.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { child in
                let turn = AdmissionTurn(of: child)
                return PeerPresence.require(of: child).flatMapThrowing { try configure(child, turn) }
                    .flatMapErrorThrowing { error in
                        turn.ended(givenUp: error is PeerPresence.GivenUp)
                        throw error
                    }
            }
    }
}
