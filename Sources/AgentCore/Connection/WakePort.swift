import DeviceProtocol
import Logging
import NIOPosix

/// The UDP port on which the agent is woken; can be bound anew while the agent runs.
actor WakePort {
    private let device: DeviceUID
    private let verifier: WakeVerifier
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let woken: @Sendable () async -> Void
    private var listener: WakeListener?
    private var droppedBefore = 0

    /// `woken` is called for every wake that verified.
    init(
        device: DeviceUID, store: AgentStore, group: MultiThreadedEventLoopGroup, logger: Logger,
        woken: @escaping @Sendable () async -> Void
    ) {
        self.device = device
        verifier = WakeVerifier(device: device, store: store)
        self.group = group
        self.logger = logger
        self.woken = woken
    }

    /// 0 when nobody listens.
    var port: Int { listener?.port ?? 0 }
    /// Datagrams that were no wakes for this device.
    var dropped: Int { droppedBefore + (listener?.dropped ?? 0) }

    /// Listens as `settings` say. Without wakes the other modes still work, and the server is told that nobody listens.
    func bind(_ settings: AgentConfiguration.Wake) async {
        await close()
        guard settings.enabled else { return }
        do {
            listener = try await listen(settings.host, settings.port)
        } catch {
            // A host without IPv6 has no "::", which is what both families are by default.
            if settings.host == "::", let other = try? await listen("0.0.0.0", settings.port) {
                listener = other
                return
            }
            logger.error(
                "wakes cannot be received; is the port in use?",
                metadata: ["address": "\(settings.host)", "port": "\(settings.port)", "error": "\(error)"])
        }
    }

    private func listen(_ host: String, _ port: Int) async throws -> WakeListener {
        try await WakeListener.bind(group: group, host: host, port: port) { bytes in
            Task { await self.take(bytes) }
        }
    }

    func close() async {
        droppedBefore = dropped
        await listener?.close()
        listener = nil
    }

    private func take(_ bytes: [UInt8]) async {
        guard let wake = await verifier.verify(bytes) else {
            listener?.countDropped()
            return
        }
        logger.info("woken", metadata: ["task": "\(wake.task.map { "\($0)" } ?? "none")"])
        await woken()
    }
}
