import DeviceProtocol
import Logging
import NIOCore
import ServerCore
import Synchronization

/// Takes off notices. What does not verify is counted and dropped in silence.
final class OffNoticeHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// Notices looked up at once; a flood beyond is dropped.
    static let atOnce = 64

    private let sync: DeviceSync
    private let logger: Logger
    private let inHand = Atomic<Int>(0)
    private let dropped = Atomic<Int>(0)

    init(sync: DeviceSync, logger: Logger) {
        self.sync = sync
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
        guard case .off(let claimed) = Datagram.parse(bytes), inHand.load(ordering: .relaxed) < Self.atOnce else {
            dropped.add(1, ordering: .relaxed)
            return
        }
        inHand.add(1, ordering: .relaxed)
        Task {
            defer { inHand.subtract(1, ordering: .relaxed) }
            await take(bytes, claimed)
        }
    }

    private func take(_ bytes: [UInt8], _ claimed: Datagram.OffNotice) async {
        do {
            guard let key = try await sync.udpKey(of: claimed.device, id: claimed.keyID),
                case .off(let notice) = Datagram.decode(bytes, key: { _ in key })
            else {
                dropped.add(1, ordering: .relaxed)
                return
            }
            // Every notice is sent three times.
            guard
                try await sync.off(
                    notice.device, startCounter: notice.startCounter, counter: notice.counter, reason: notice.reason)
            else { return }
            logger.info("device goes off", metadata: ["device": "\(notice.device)", "reason": "\(notice.reason)"])
        } catch {
            logger.error("off notice not stored", metadata: ["device": "\(claimed.device)", "error": "\(error)"])
        }
    }
}
