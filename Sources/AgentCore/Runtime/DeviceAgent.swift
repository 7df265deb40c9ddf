package import AgentPlugins
import DesiredState
import DeviceProtocol
import Logging
import NIOPosix

/// What an agent is besides the machine it runs on: connection, synchronisation, events, tasks and wakes, around a store and
/// whatever applications there are.
///
/// `AgentRuntime` gives it the plugins of a host, `martlet-fleet` simulated ones. Nothing runs before `begin`. Thread-safe.
package final class DeviceAgent: Sendable {
    package let identity: DeviceIdentity
    package let store: AgentStore
    let start: AgentStart
    let route: ServerRoute
    let tasks: TaskRunner
    let applier: DesiredStateApplier
    let composer: FrameComposer
    let connection: ConnectionRunner
    let wakes: WakePort
    private let port: PluginPort
    private let logger: Logger
    private let environment: AgentEnvironment
    private let group: MultiThreadedEventLoopGroup

    /// `port` is what the applications speak to; it reaches this agent from now on. `becameAnother` is called when the
    /// device got an identity of its own and has to be started anew.
    init(
        identity: DeviceIdentity, store: AgentStore, start: AgentStart, port: PluginPort,
        applications: any ManagedApplications, route: ServerRoute, group: MultiThreadedEventLoopGroup,
        time: TrustedTime, inventory: InventoryReader, secrets: SecretKeeper? = nil, packages: PackageInstaller? = nil,
        uploads: ArtifactUploader? = nil, logger: Logger, environment: AgentEnvironment = .system,
        observe: @escaping @Sendable (ConnectionMoment) -> Void = { _ in },
        becameAnother: @escaping @Sendable () -> Void
    ) async throws {
        self.identity = identity
        self.store = store
        self.start = start
        self.route = route
        self.group = group
        self.logger = logger
        self.environment = environment
        self.port = port
        tasks = TaskRunner(
            device: identity.uid, store: store, plugins: applications, logger: logger, environment: environment,
            changed: { await port.due($0) })
        let reach = try await ServerReach(store: store, logger: logger, environment: environment)
        applier = DesiredStateApplier(
            store: store, plugins: applications, tasks: tasks, logger: logger, environment: environment,
            secrets: secrets, packages: packages,
            conditions: {
                ConditionFacts(unreachableFor: await reach.unreachableFor, addresses: HostAddresses.current())
            }, say: { await port.say($0) }, changed: { await port.due(.change) })
        let applier = self.applier
        await reach.onChange { await applier.review() }
        let composer = try await FrameComposer(
            identity: identity, start: start, store: store, plugins: applications, inventory: inventory,
            secrets: secrets, packages: packages)
        self.composer = composer
        let orders = OrderHandler(
            store: store, plugins: applications, tasks: tasks, logger: logger, environment: environment,
            refresh: {
                await composer.wantRefresh()
                await applier.lookForDrift()
            }, changed: { await port.due(.order) })
        connection = ConnectionRunner(
            route: route, composer: composer,
            handler: ReplyHandler(
                store: store, composer: composer, applier: applier, orders: orders, logger: logger,
                environment: environment, time: time),
            applier: applier, orders: orders, tasks: tasks, reach: reach, settings: try await store.sessionSettings(),
            notBefore: try await store.notBefore(now: environment.steady()), logger: logger, environment: environment,
            observe: observe, becameAnother: becameAnother)
        let connection = self.connection
        wakes = WakePort(device: identity.uid, store: store, group: group, logger: logger) {
            await connection.input(.woken)
        }
        port.attach(tasks: tasks, connection: connection, uploads: uploads, packages: packages, applier: applier)
    }

    /// Listens for wakes as `settings` say, from now on, and has the server told.
    func listen(_ settings: AgentConfiguration.Wake) async {
        await wakes.bind(settings)
        await composer.listening(on: UInt16(clamping: wakes.port))
    }

    /// What an application of the device has to say; `PluginDelegate.append`.
    package func append(_ events: [PluginEvent], from plugin: String) async -> [EventAdmission] {
        await port.append(events, from: plugin)
    }

    /// Takes up what was interrupted, and connects.
    package func begin() async throws {
        try await tasks.recover()
        await applier.begin()
        await connection.input(.started)
    }

    /// Says to the server that the device is off.
    func sayOff(_ reason: OffReason) async {
        do {
            guard let key = try await store.udpKeys().first else { return }
            let notice = Datagram.OffNotice(
                keyID: key.id, device: identity.uid, counter: try await store.nextOffCounter(now: environment.now()),
                startCounter: UInt64(start.counter), reason: reason)
            try await OffNoticeSender(group: group, endpoint: await route.endpoint).send(notice, key: key.bytes)
        } catch {
            logger.warning("off notice not sent", metadata: ["error": "\(error)"])
        }
    }
}
