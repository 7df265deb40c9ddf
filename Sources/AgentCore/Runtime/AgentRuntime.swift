import AgentPlugins
import DesiredState
package import DeviceProtocol
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// The agent, wired: store, plugins, desired state, tasks, connection, wakes, status socket.
package final class AgentRuntime: Service {
    private let configuration: AgentConfiguration
    private let identity: DeviceIdentity
    private let start: AgentStart
    private let lock: DataDirectoryLock
    private let files: IdentityFiles
    private let store: AgentStore
    private let plugins: PluginManager
    private let tasks: TaskRunner
    private let applier: DesiredStateApplier
    private let connection: ConnectionRunner
    private let wakes: WakeListener?
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger

    /// The UDP port really bound; 0 when the agent does not listen.
    package var wakePort: Int { wakes?.port ?? 0 }
    package var uid: DeviceUID { identity.uid }

    /// Opens everything; nothing runs before `run`.
    package init(configuration: AgentConfiguration, logger: Logger) async throws {
        self.configuration = configuration
        self.logger = logger
        files = IdentityFiles(dataDirectory: configuration.dataDirectory)
        guard files.isEnrolled else {
            throw IdentityError(
                "this device is not enrolled (\(files.certificatePath) is missing); run \"martlet-agent enroll --token-file FILE\" first"
            )
        }
        lock = try DataDirectoryLock(directory: configuration.dataDirectory)
        identity = DeviceIdentity(uid: try files.uid(), host: HostFacts.read(name: configuration.hostname))
        store = try AgentStore(path: configuration.dataDirectory + "/agent.db")
        start = try await AgentStart.begin(store, now: WallClock.now())
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let port = PluginPort(store: store, logger: logger)
        plugins = PluginManager(configuration: configuration.pluginManager, delegate: port, logger: logger)
        tasks = TaskRunner(
            device: identity.uid, store: store, plugins: plugins, logger: logger, changed: { await port.due(.change) })
        applier = DesiredStateApplier(store: store, plugins: plugins, tasks: tasks, logger: logger) {
            await port.due(.change)
        }
        let composer = try await FrameComposer(
            identity: identity, start: start, store: store, plugins: plugins,
            inventory: InventoryReader(path: configuration.softwareDatabase))
        let orders = OrderHandler(
            store: store, plugins: plugins, tasks: tasks, logger: logger, refresh: { await composer.wantRefresh() },
            changed: { await port.due(.order) })
        let tls = try AgentTLS(
            rootCertificate: configuration.rootCertificate, certificate: files.certificatePath, key: files.keyPath,
            trustDomain: configuration.trustDomain)
        connection = ConnectionRunner(
            connector: ServerConnector(group: group, endpoint: configuration.server, tls: tls), composer: composer,
            handler: ReplyHandler(store: store, composer: composer, applier: applier, orders: orders, logger: logger),
            applier: applier, orders: orders, tasks: tasks, settings: try await store.sessionSettings(), logger: logger)
        port.attach(tasks: tasks, connection: connection)
        wakes = try await Self.listen(configuration, identity.uid, store, connection, group, logger)
        await composer.listening(on: UInt16(clamping: wakes?.port ?? 0))
    }

    private static func listen(
        _ configuration: AgentConfiguration, _ uid: DeviceUID, _ store: AgentStore, _ connection: ConnectionRunner,
        _ group: MultiThreadedEventLoopGroup, _ logger: Logger
    ) async throws -> WakeListener? {
        guard configuration.wake.enabled else { return nil }
        let verifier = WakeVerifier(device: uid, store: store)
        do {
            return try await WakeListener.bind(
                group: group, host: configuration.wake.host, port: configuration.wake.port
            ) { bytes in
                Task {
                    guard let wake = await verifier.verify(bytes) else { return }
                    logger.info("woken", metadata: ["task": "\(wake.task.map { "\($0)" } ?? "none")"])
                    await connection.input(.woken)
                }
            }
        } catch {
            // Without wakes the other modes still work; the server is told that nobody listens.
            logger.error(
                "wakes cannot be received", metadata: ["port": "\(configuration.wake.port)", "error": "\(error)"])
            return nil
        }
    }

    /// Works until graceful shutdown, then ends in order: tasks and plugins, the connection, the off notice.
    package func run() async throws {
        let status = try await StatusServer.bind(path: configuration.socket, group: group) { question in
            await self.answer(question)
        }
        logger.notice(
            "agent started",
            metadata: ["device": "\(identity.uid)", "server": "\(configuration.server)", "wakePort": "\(wakePort)"])
        await plugins.start()
        try await tasks.recover()
        await applier.begin()
        await connection.input(.started)
        try? await gracefulShutdown()
        logger.notice("agent stops")
        await status.close()
        await tasks.stop()
        await wakes?.close()
        await connection.stop()
        await plugins.shutdown()
        await sayOff()
        try await group.shutdownGracefully()
    }

    private func sayOff() async {
        do {
            guard let key = try await store.udpKeys().first else { return }
            let notice = Datagram.OffNotice(
                keyID: key.id, device: identity.uid, counter: try await store.nextOffCounter(now: WallClock.now()),
                startCounter: UInt64(start.counter), reason: HostState.isGoingDown() ? .hostShutdown : .agentStopped)
            try await OffNoticeSender(group: group, endpoint: configuration.server).send(notice, key: key.bytes)
        } catch {
            logger.warning("off notice not sent", metadata: ["error": "\(error)"])
        }
    }

    private func answer(_ question: String) async -> JSONValue {
        switch question {
        case "status": return await status().json
        case "sync":
            await connection.input(.woken)
            return ["ok": true]
        default: return ["error": "expected {\"ask\":\"status\"} or {\"ask\":\"sync\"}"]
        }
    }

    private func status() async -> AgentStatus {
        let machine = await connection.machine
        let applications = await plugins.applications()
        let depth = await store.spoolDepth()
        return AgentStatus(
            uid: "\(identity.uid)", version: AgentVersion.current, server: "\(configuration.server)",
            mode: machine.settings.keepConnection ? "persistent" : "periodic", connected: machine.isConnected,
            lastSync: machine.lastSync, nextConnection: machine.nextConnection, lastError: await connection.lastError,
            lastErrorTime: await connection.lastErrorTime, syncInterval: machine.settings.syncInterval,
            keepConnectionRefused: machine.settings.refusedReason, certificateNotAfter: try? files.validity().notAfter,
            wakePort: wakePort, droppedDatagrams: wakes?.dropped ?? 0, spoolEvents: depth.events,
            spoolBytes: depth.bytes,
            plugins: applications.map(AgentStatus.Plugin.init),
            entries: (try? await store.outcomes())?.map(AgentStatus.Entry.init) ?? [])
    }
}
