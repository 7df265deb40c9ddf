import DeviceProtocol
import NIOCore
package import NIOPosix
import Synchronization

/// Listens for wakes. What does not verify is counted and dropped in silence; nothing is ever answered.
package final class WakeListener: Sendable {
    /// Datagrams read in one tick, so that a flood costs little.
    package static let datagramsPerSecond = 200

    private let channel: any Channel
    private let counter: DroppedDatagrams
    package let port: Int

    /// `verified` is called on the event loop for datagrams whose bytes look like ours; it must be quick.
    package static func bind(
        group: MultiThreadedEventLoopGroup, host: String, port: Int, received: @escaping @Sendable ([UInt8]) -> Void
    ) async throws -> WakeListener {
        let counter = DroppedDatagrams()
        let channel = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(WakeHandler(counter: counter, received: received))
                }
            }
            .bind(host: host, port: port).get()
        return WakeListener(channel: channel, counter: counter)
    }

    private init(channel: any Channel, counter: DroppedDatagrams) {
        self.channel = channel
        self.counter = counter
        port = channel.localAddress?.port ?? 0
    }

    /// Datagrams that were dropped because of their form or their number.
    package var dropped: Int { counter.value.load(ordering: .relaxed) }
    package func countDropped() { counter.value.add(1, ordering: .relaxed) }

    package func close() async { try? await channel.close() }
}

final class DroppedDatagrams: Sendable {
    let value = Atomic<Int>(0)
}

final class WakeHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let counter: DroppedDatagrams
    private let received: @Sendable ([UInt8]) -> Void
    private var second: Int64 = 0
    private var inSecond = 0

    init(counter: DroppedDatagrams, received: @escaping @Sendable ([UInt8]) -> Void) {
        self.counter = counter
        self.received = received
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        guard withinRate(), Datagram.parse(bytes) != nil else {
            counter.value.add(1, ordering: .relaxed)
            return
        }
        received(bytes)
    }

    private func withinRate() -> Bool {
        let now = Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000_000)
        if now != second {
            second = now
            inSecond = 0
        }
        inSecond += 1
        return inSecond <= WakeListener.datagramsPerSecond
    }
}
