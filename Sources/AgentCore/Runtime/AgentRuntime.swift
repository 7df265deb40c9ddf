import AgentPlugins
import DesiredState
package import DeviceProtocol
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// The agent, wired: store, plugins, desired state, tasks, connection, wakes, status socket.
package final class AgentRuntime: Service {
    private let configuration: Mutex<AgentConfiguration>
    private let identity: DeviceIdentity
    private let lock: DataDirectoryLock
    private let files: IdentityFiles
    private let store: AgentStore
    private let plugins: PluginManager
    private let artifacts: ArtifactSpool
    private let uploads: ArtifactUploader
    private let packages: PackageInstaller
    private let device: DeviceAgent
    private let local: LocalSettings
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let privileges: Privileges?
    /// Ends when the device got an identity of its own.
    private let becoming: AsyncStream<Void>
    private let isAnother = Atomic(false)

    /// The UDP port really bound; 0 when the agent does not listen.
    package var wakePort: Int { get async { await device.wakes.port } }
    package var uid: DeviceUID { identity.uid }

    /// Opens everything; nothing runs before `run`. `privileges`: of an agent that gave up root.
    package init(configuration: AgentConfiguration, privileges: Privileges? = nil, logger: Logger) async throws {
        self.privileges = privileges
        self.configuration = Mutex(configuration)
        self.logger = logger
        files = IdentityFiles(dataDirectory: configuration.dataDirectory)
        guard files.isEnrolled else {
            throw AgentError(
                "this device is not enrolled (\(files.certificatePath) is missing); run \"martlet-agent enroll --token-file FILE\" first"
            )
        }
        lock = try DataDirectoryLock(directory: configuration.dataDirectory)
        try IdentityCandidate(of: files).recover()
        identity = DeviceIdentity(uid: try files.uid(), host: HostFacts.read(name: configuration.hostname))
        store = try AgentStore(path: configuration.dataDirectory + "/agent.db")
        let start = try await AgentStart.begin(store, now: WallClock.now())
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let port = PluginPort(store: store, logger: logger)
        let secrets = SecretKeeper(
            device: identity.uid, store: store, keyPath: files.secretsKeyPath, logger: logger)
        artifacts = ArtifactSpool(
            dataDirectory: configuration.dataDirectory, finished: { await port.artifactFinished() })
        let grants = GrantBook(PluginGrants(units: configuration.unitGrants, paths: configuration.pathGrants))
        plugins = PluginManager(
            configuration: configuration.pluginManager(
                secrets: secrets, artifacts: artifacts, grants: grants, helper: privileges?.helper),
            delegate: port,
            logger: logger)
        let time = TrustedTime(known: try await store.serverTime())
        let route = try await ServerRoute(
            configuration: configuration, files: files, store: store, start: start, group: group, time: time,
            logger: logger)
        packages = PackageInstaller(
            store: store, dataDirectory: configuration.dataDirectory,
            trust: TrustKeeper(
                store: store, anchorPaths: [configuration.rootCertificate] + configuration.operatorCertificates,
                grants: grants, rootsPath: files.moreRootsPath, rootsChanged: { await route.rootsChanged() },
                helper: privileges?.helper, logger: logger), plugins: plugins,
            connector: { try await route.connector() },
            say: { await port.say($0) },
            changed: { await port.packagesChanged(plugin: $0) }, window: configuration.healthWindow, time: time,
            logger: logger)
        uploads = ArtifactUploader(
            spool: artifacts, connector: { try await route.connector() }, say: { await port.say($0) }, logger: logger)
        let (becoming, becomes) = AsyncStream.makeStream(of: Void.self)
        self.becoming = becoming
        device = try await DeviceAgent(
            identity: identity, store: store, start: start, port: port, applications: plugins, route: route,
            group: group, time: time, inventory: InventoryReader(path: configuration.softwareDatabase),
            secrets: secrets, packages: packages, uploads: uploads, logger: logger,
            becameAnother: { becomes.finish() })
        local = LocalSettings(store: store, plugins: plugins, applier: device.applier)
        await device.listen(configuration.wake)
    }

    /// Takes a changed configuration: server, root certificate and wake port, now; the rest needs a restart and is named.
    package func reload(_ new: AgentConfiguration) async throws {
        let old = configuration.withLock { $0 }
        let moved =
            new.server != old.server || new.rootCertificate != old.rootCertificate || new.trustDomain != old.trustDomain
            || new.proxy != old.proxy || new.sourceAddress != old.sourceAddress
        if moved { try await device.connection.configure(new) }
        if new.wake != old.wake {
            await device.listen(new.wake)
        }
        if !moved, new.wake != old.wake { await device.connection.input(.woken) }
        var kept = new
        for (name, changed) in [
            ("dataDirectory", new.dataDirectory != old.dataDirectory), ("socket", new.socket != old.socket),
            ("plugins", new.pluginsDirectory != old.pluginsDirectory || new.pluginHost != old.pluginHost),
            ("directUnits", new.directUnits != old.directUnits),
            ("serviceManager", new.serviceManager != old.serviceManager),
            ("grants", new.unitGrants != old.unitGrants || new.pathGrants != old.pathGrants),
            ("trust", new.operatorCertificates != old.operatorCertificates),
            ("packages", new.healthWindow != old.healthWindow),
            ("user", new.user != old.user || new.userGrants != old.userGrants),
            ("hostname", new.hostname != old.hostname),
            ("softwareDatabase", new.softwareDatabase != old.softwareDatabase),
            ("log.format", new.logFormat != old.logFormat),
        ] where changed {
            logger.warning("this setting takes effect after a restart of the agent", metadata: ["setting": "\(name)"])
        }
        kept.dataDirectory = old.dataDirectory
        kept.socket = old.socket
        configuration.withLock { $0 = kept }
        let port = await device.wakes.port
        logger.notice("configuration reloaded", metadata: ["server": "\(new.server)", "wakePort": "\(port)"])
    }

    /// Whether the device got an identity of its own, and the agent has to be started anew for it.
    package var becameAnother: Bool { isAnother.load(ordering: .relaxed) }

    /// Works until graceful shutdown (or until the device has another identity, or the helper is gone), then ends in order: the connection, the
    /// off notice, plugins.
    package func run() async throws {
        let status = try await StatusServer.bind(
            path: configuration.withLock { $0.socket }, bound: privileges?.listener, group: group
        ) { question in
            await self.answer(question)
        }
        let (server, wakePort) = (await device.connection.route.endpoint, await device.wakes.port)
        logger.notice(
            "agent started", metadata: ["device": "\(identity.uid)", "server": "\(server)", "wakePort": "\(wakePort)"])
        await artifacts.recover()
        await plugins.start(packaged: try await packages.begin())
        do { try await device.begin() } catch {
            // No version's doing.
            await packages.stop()
            throw error
        }
        await uploads.due()
        let memory = Task { await MemoryKeeper().run() }
        let conditions = Task { await ConditionWatch(applier: device.applier).run() }
        let drift = Task { await DriftWatch(applier: device.applier).run() }
        await waitForEnd()
        memory.cancel()
        drift.cancel()
        conditions.cancel()
        logger.notice("agent stops")
        await status.close()
        await device.tasks.stop()
        await uploads.stop()
        await packages.stop(withoutHelper: privileges?.helper.isGone == true)
        await device.wakes.close()
        await device.connection.stop()
        // At once: plugins may take their time, and the host may lose its network meanwhile.
        // The keys are those of the device that this one was a copy of; it is not off.
        if !becameAnother { await device.sayOff(HostState.isGoingDown() ? .hostShutdown : .agentStopped) }
        await plugins.shutdown()
        try await group.shutdownGracefully()
    }

    private func waitForEnd() async {
        await withTaskGroup { group in
            group.addTask { try? await gracefulShutdown() }
            group.addTask {
                for await _ in self.becoming {}
                if !Task.isCancelled { self.isAnother.store(true, ordering: .relaxed) }
            }
            if let helper = privileges?.helper {
                group.addTask {
                    await helper.ended()
                    if !Task.isCancelled { self.logger.error("the privileged helper ended; the agent cannot go on") }
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func answer(_ question: StatusQuestion) async -> JSONValue {
        switch question.ask {
        case "status": return await status().json
        case "sync":
            await device.connection.input(.woken)
            return ["ok": true]
        case let ask where LocalSettings.questions.contains(ask): return await local.answer(question)
        default:
            let known = ["status", "sync"] + LocalSettings.questions
            return ["error": .string("expected {\"ask\":…} with one of \(known.joined(separator: ", "))")]
        }
    }

    private func status() async -> AgentStatus {
        let standing = await device.connection.standing
        let machine = standing.machine
        let applications = await plugins.applications()
        let depth = await store.spoolDepth()
        return AgentStatus(
            uid: "\(identity.uid)", version: AgentVersion.current, server: "\(await device.connection.route.endpoint)",
            mode: machine.settings.keepConnection ? "persistent" : "periodic", connected: machine.isConnected,
            lastSync: standing.lastSync, nextConnection: SteadyClock.wall(machine.nextConnection),
            lastError: standing.lastError, lastErrorTime: standing.lastErrorTime.map(SteadyClock.wall),
            syncInterval: machine.settings.syncInterval,
            keepConnectionRefused: machine.settings.refusedReason, hold: machine.settings.hold,
            place: try? await store.place(),
            certificateNotAfter: try? files.validity().notAfter,
            wakePort: await wakePort, droppedDatagrams: await device.wakes.dropped, spoolEvents: depth.events,
            spoolBytes: depth.bytes,
            plugins: applications.map(AgentStatus.Plugin.init),
            entries: (try? await store.outcomes())?.map(AgentStatus.Entry.init) ?? [])
    }
}
