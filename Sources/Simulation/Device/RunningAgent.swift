import AgentCore
import DeviceProtocol
import Logging

/// The real parts of one start of an agent, wired as the product wires them, around a store in memory.
final class RunningAgent {
    let world: AgentWorld
    let store: AgentStore
    let plugins: SimulatedApplications
    let tasks: TaskRunner
    let applier: DesiredStateApplier
    let composer: FrameComposer
    let orders: OrderHandler
    let handler: ReplyHandler
    let wakes: WakeVerifier
    let start: AgentStart
    var machine: ConnectionMachine
    /// Who speaks over the open persistent connection.
    var persistent = PersistentExchange()
    /// The connection that is being made or open, by the network's number.
    var link: Int?
    /// Only the timer set last counts.
    var timer: UInt64 = 0
    /// Rounds of the exchange that is going on.
    var rounds = 0
    var reason = ConnectionMachine.Reason.start
    var outgoing: OutgoingFrame?
    /// Number of the frame that awaits its answer over the persistent connection.
    var outstanding: UInt64?
    /// The exchange waits for news of an operator's run.
    var isWaiting = false

    /// Throws when the agent was killed on its way up.
    init(device: DeviceUID, store: AgentStore, world: AgentWorld, logger: Logger) async throws {
        self.world = world
        self.store = store
        let environment = world.environment
        start = try await AgentStart.begin(store, now: environment.now(), environment: environment)
        plugins = SimulatedApplications(world: world)
        tasks = TaskRunner(
            device: device, store: store, plugins: plugins, logger: logger, environment: environment,
            changed: { world.say($0) })
        applier = DesiredStateApplier(
            store: store, plugins: plugins, tasks: tasks, logger: logger, environment: environment,
            changed: { world.say(.change) })
        let composer = try await FrameComposer(
            identity: DeviceIdentity(uid: device, host: Self.facts), start: start, store: store, plugins: plugins,
            inventory: InventoryReader(path: "/nonexistent/status"))
        self.composer = composer
        orders = OrderHandler(
            store: store, plugins: plugins, tasks: tasks, logger: logger, environment: environment,
            refresh: { await composer.wantRefresh() }, changed: { world.say(.order) })
        handler = ReplyHandler(
            store: store, composer: composer, applier: applier, orders: orders, logger: logger,
            environment: environment)
        wakes = WakeVerifier(device: device, store: store)
        machine = ConnectionMachine(
            settings: try await store.sessionSettings(), now: environment.steady(),
            notBefore: try await store.notBefore(now: environment.steady()))
        await composer.listening(on: 15_000)
        try await tasks.recover()
        await applier.begin()
    }

    private static let facts = HostFacts(name: "sim", architecture: "x86_64", system: "Simulated", kernel: "1")
}
