import DeviceProtocol
import Glibc
package import Logging
import NIOCore
import NIOPosix
package import ServerCore
package import ServerPKI
import ServiceLifecycle

/// The listener for agents: 13000/tcp with TLS, 13000/udp for off notices, and the sender of wakes.
package final class AgentGateway: Service {
    package let sessions: SessionTable
    package let waker: WakeSender
    /// The ports really bound.
    package let port: Int
    package let udpPort: Int

    private let sync: DeviceSync
    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let datagrams: any Channel
    private let logger: Logger

    /// Binds both ports. Nothing is accepted before this returns.
    package static func start(
        settings: GatewaySettings, certificate: ServedCertificate, sync: DeviceSync, enrollment: Enrollment,
        readmissions: Readmissions, artifacts: ArtifactStore, packages: PackageStore,
        authority: CertificateAuthority, sessions: SessionTable, logger: Logger
    ) async throws -> AgentGateway {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
        let verifier = DeviceCertificateVerifier(authority: authority)
        let contacts = ContactBoard()
        let services = GatewayServices(
            sync: sync, enrollment: enrollment, readmissions: readmissions, artifacts: artifacts, packages: packages,
            verifier: verifier,
            sessions: sessions,
            contacts: contacts,
            connections: ConnectionNumbers(), logger: logger)
        let pipeline = GatewayPipeline(
            services: services,
            tls: try GatewayTLS(
                certificate: certificate, authorityFile: settings.authorityFile, verifier: verifier),
            handshakeTimeout: .seconds(settings.admission.handshakeTimeout))
        let (listener, datagrams) = try await bind(settings, pipeline, group) { channel in
            channel.pipeline.addHandler(OffNoticeHandler(sync: sync, logger: logger))
        }
        let port = listener.localAddress?.port ?? settings.port
        let waker = WakeSender(
            sync: sync, sessions: sessions, contacts: contacts, channel: datagrams, timeout: settings.wakeTimeout,
            // As many of those that are admitted as of a fleet that returns by itself.
            wakesPerSecond: Int(Double(settings.admission.connectionsPerSecond) * ReconnectSlots.shareOfRate),
            logger: logger)
        return AgentGateway(
            sync: sync, sessions: sessions, waker: waker, port: port, group: group, listener: listener,
            datagrams: datagrams, logger: logger)
    }

    private init(
        sync: DeviceSync, sessions: SessionTable, waker: WakeSender, port: Int, group: MultiThreadedEventLoopGroup,
        listener: any Channel, datagrams: any Channel, logger: Logger
    ) {
        self.sync = sync
        self.sessions = sessions
        self.waker = waker
        self.port = port
        self.group = group
        self.listener = listener
        self.datagrams = datagrams
        self.logger = logger
        udpPort = datagrams.localAddress?.port ?? 0
    }

    /// Times that another number is asked for.
    private static let mostNumbers = 16

    /// Both ports. Where any number will do, it has to be one that is free for TCP and for UDP.
    private static func bind(
        _ settings: GatewaySettings, _ pipeline: GatewayPipeline, _ group: MultiThreadedEventLoopGroup,
        datagrams: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> (any Channel, any Channel) {
        let isAny = settings.port == 0 && settings.udpPort == 0
        var numbers = 0
        while true {
            numbers += 1
            let listener = try await listen(settings, pipeline, group)
            let port = listener.localAddress?.port ?? settings.port
            do {
                let channel = try await DatagramBootstrap(group: group).channelInitializer(datagrams)
                    .bind(host: settings.host, port: settings.udpPort == 0 ? port : settings.udpPort).get()
                return (listener, channel)
            } catch let error as IOError where error.errnoCode == EADDRINUSE && isAny && numbers < mostNumbers {
                try? await listener.close()
            } catch {
                try? await listener.close()
                throw error
            }
        }
    }

    private static func listen(
        _ settings: GatewaySettings, _ pipeline: GatewayPipeline, _ group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        try await AgentListener.bootstrap(on: group, admission: settings.admission) { child, turn in
            try pipeline.configure(child) { turn.ended() }
        }.bind(host: settings.host, port: settings.port).get()
    }

    /// Serves until graceful shutdown; then devices are told to come back, and connections end.
    package func run() async throws {
        logger.info("listening for agents", metadata: ["port": "\(port)", "udp": "\(udpPort)"])
        let memory = Task { [sessions, sync] in
            await MemoryReturn.run(connections: { sessions.count }, free: { sync.freeMemory() })
        }
        defer { memory.cancel() }
        try? await gracefulShutdown()
        try? await listener.close()
        sessions.closeAll("the server is stopping; come back later")
        try? await datagrams.close()
        // Until the farewells are written. The loops themselves end with the process: what is in hand for a device may still ask
        // them for something.
        for loop in group.makeIterator() { try? await loop.submit {}.get() }
    }
}
