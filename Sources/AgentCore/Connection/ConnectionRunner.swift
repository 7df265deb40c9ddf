import DeviceProtocol
import FoundationEssentials
import Logging
import NIOCore
import OpAMP

/// Performs what the connection machine decides: opens and holds connections, and speaks over them.
///
/// One connection at a time. Thread-safe; `run` ends after `stop`.
actor ConnectionRunner {
    let route: ServerRoute
    let composer: FrameComposer
    let handler: ReplyHandler
    let applier: DesiredStateApplier
    let orders: OrderHandler
    let tasks: TaskRunner
    let reach: ServerReach
    let logger: Logger
    let environment: AgentEnvironment
    let observe: @Sendable (ConnectionMoment) -> Void

    private(set) var machine: ConnectionMachine
    var lastError: String?
    var lastErrorTime: Int64?
    var timer: Task<Void, Never>?
    /// When it ends; nil when there is none.
    private var timerEnd: Int64?
    /// What holds or speaks over the present connection. After a short one nil, since a task that is over keeps its memory.
    var connection: Task<Void, Never>?
    var persistent = PersistentExchange()
    var waiter: CheckedContinuation<Void, Never>?
    var shownSync: (steady: Int64, wall: Int64)?
    var maintaining = false
    var routeMayChange = false
    /// The server speaks plain OpAMP, as far as was last seen.
    var isServerPlain = false
    /// One of our servers answered over the present connection.
    var wasAnswered = false
    let becameAnother: @Sendable () -> Void

    /// While an operator's run is active, changes travel at most this often, and the server is asked at least so often.
    static let progressSpacing = Duration.seconds(1)
    static let progressPoll = Duration.seconds(5)
    static let acknowledgeTimeout = TimeAmount.seconds(30)
    /// µs.
    static let longestSleep: Int64 = 3_600_000_000
    /// µs for which a server that makes no WebSocket is not asked for one again.
    static let upgradeSpacing: Int64 = 900_000_000

    init(
        route: ServerRoute, composer: FrameComposer, handler: ReplyHandler, applier: DesiredStateApplier,
        orders: OrderHandler, tasks: TaskRunner, reach: ServerReach, settings: SessionSettings, notBefore: Int64,
        logger: Logger, environment: AgentEnvironment = .system,
        observe: @escaping @Sendable (ConnectionMoment) -> Void = { _ in },
        becameAnother: @escaping @Sendable () -> Void
    ) {
        self.route = route
        self.composer = composer
        self.handler = handler
        self.applier = applier
        self.orders = orders
        self.tasks = tasks
        self.reach = reach
        self.logger = logger
        self.environment = environment
        self.observe = observe
        self.becameAnother = becameAnother
        machine = ConnectionMachine(settings: settings, now: environment.steady(), notBefore: notBefore)
    }

    /// Tells the machine and does what it says.
    func input(_ input: ConnectionMachine.Input) {
        for action in machine.handle(input, now: environment.steady(), random: Double.random(in: 0..<1)) {
            perform(action)
        }
    }

    /// Something is due to the server.
    func due(_ reason: ConnectionMachine.Reason) {
        waiter?.resume()
        waiter = nil
        // A plain server has no place for events, runs and replies: nothing of that is worth a connection.
        input(.due(isServerPlain ? .change : reason))
    }

    /// The server answered a frame, with one of its own or without. Returns whether it has to be told anew.
    func met(plain: Bool) async -> Bool {
        if !plain, !wasAnswered {
            wasAnswered = true
            await route.noteIssuerIsHeld()
        }
        guard await composer.met(plain: plain) else { return false }
        isServerPlain = plain
        logger.notice(
            plain
                ? "the server speaks plain OpAMP: events, runs, statistics and the software list wait for one of Martlet's"
                : "the server is one of Martlet's again")
        return true
    }

    /// Ends the connection in order and begins no other.
    func stop() async {
        timer?.cancel()
        input(.stop)
        waiter?.resume()
        waiter = nil
        if let connection, persistent.link == nil { connection.cancel() }
        await connection?.value
    }

    /// Speaks to another server from now on, as agent.yaml says: the open connection ends, and a new one begins at once.
    func configure(_ new: AgentConfiguration) async throws {
        try await route.configure(new)
        // What the former server still says is nothing about the new one.
        wasAnswered = true
        let link = persistent.link
        await link?.close()
        input(.woken)
    }

    /// The last synchronisation by the device's clock, as it stood when it was first asked for: the two clocks drift.
    var lastSync: Int64? {
        guard let steady = machine.lastSync else { return nil }
        if shownSync?.steady != steady { shownSync = (steady, SteadyClock.wall(steady)) }
        return shownSync?.wall
    }

    private func perform(_ action: ConnectionMachine.Action) {
        switch action {
        case .setTimer(let at): arm(at)
        case .exchange(let reason): connection = Task { await self.exchange(reason) }
        case .openPersistent: connection = Task { await self.holdPersistent() }
        case .closePersistent: Task { await self.closePersistent() }
        case .synchronise(let reason):
            persistent.want(reason)
            Task {
                await self.pump()
                if reason == .schedule { await self.maintainWhileConnected() }
            }
        }
    }

    /// The timer that there is goes on where it ends before: a sleep that is cancelled still wakes the process at its end, and
    /// each frame puts off the next synchronisation.
    private func arm(_ time: Int64) {
        if let timerEnd, timerEnd <= time { return }
        timer?.cancel()
        let now = environment.steady()
        let end = min(max(time, now), now + Self.longestSleep)
        timerEnd = end
        timer = Task {
            guard (try? await Task.sleep(for: .microseconds(end - now))) != nil else { return }
            // Where it is early the machine asks for another one.
            self.timerEnd = nil
            self.input(.timer)
        }
    }

    /// A busy server is spared by an agent that is started anew, too. One that only waits for its operator is not: whoever
    /// starts the agent then wants to know.
    func keep(_ hint: Int64?, of error: any Error) async {
        guard let hint, ![401, 403].contains((error as? LinkError)?.status) else { return }
        do { try await handler.store.keep(retryAfter: hint, now: environment.steady()) } catch {
            logger.warning("the server's wish is not kept over a restart", metadata: ["error": "\(error)"])
        }
    }

    /// The present connection ended, with an error or without. Returns whether the next one goes another way for that.
    @discardableResult
    func noteEnd(_ error: (any Error)? = nil) async -> Bool {
        wasAnswered ? false : await route.noteUnanswered(error)
    }

    /// Whether the server's address is another after this failure.
    func givesUpAddress(_ error: any Error) async -> Bool {
        guard [.unreachable, .timedOut, .untrusted].contains((error as? LinkError)?.code) else { return false }
        return await route.noteConnection(succeeded: false)
    }

    func note(_ error: any Error) -> Int64? {
        observe(.failed("\(error)"))
        lastError = "\(error)"
        lastErrorTime = environment.steady()
        logger.warning("connection failed", metadata: ["error": "\(error)"])
        return (error as? LinkError)?.retryAfter
    }
}
