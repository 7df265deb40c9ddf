import DeviceProtocol
import FoundationEssentials
import Logging
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
    let logger: Logger

    private(set) var machine: ConnectionMachine
    private(set) var lastError: String?
    private(set) var lastErrorTime: Int64?
    private var timer: Task<Void, Never>?
    private var connection: Task<Void, Never>?
    private var persistent = PersistentExchange()
    private var waiter: CheckedContinuation<Void, Never>?
    private var shownSync: (steady: Int64, wall: Int64)?
    private var maintaining = false
    private var routeMayChange = false
    private let becameAnother: @Sendable () -> Void

    /// While an operator's run is active, changes travel at most this often, and the server is asked at least so often.
    static let progressSpacing = Duration.seconds(1)
    static let progressPoll = Duration.seconds(5)
    static let acknowledgeTimeout = Duration.seconds(30)

    init(
        route: ServerRoute, composer: FrameComposer, handler: ReplyHandler, applier: DesiredStateApplier,
        orders: OrderHandler, tasks: TaskRunner, settings: SessionSettings, notBefore: Int64, logger: Logger,
        becameAnother: @escaping @Sendable () -> Void
    ) {
        self.route = route
        self.composer = composer
        self.handler = handler
        self.applier = applier
        self.orders = orders
        self.tasks = tasks
        self.logger = logger
        self.becameAnother = becameAnother
        machine = ConnectionMachine(settings: settings, now: SteadyClock.now(), notBefore: notBefore)
    }

    /// Tells the machine and does what it says.
    func input(_ input: ConnectionMachine.Input) {
        for action in machine.handle(input, now: SteadyClock.now(), random: Double.random(in: 0..<1)) {
            perform(action)
        }
    }

    /// Something is due to the server.
    func due(_ reason: ConnectionMachine.Reason) {
        waiter?.resume()
        waiter = nil
        input(.due(reason))
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

    private func arm(_ time: Int64) {
        timer?.cancel()
        timer = Task {
            let wait = min(max(time - SteadyClock.now(), 0), 3_600_000_000)
            guard (try? await Task.sleep(for: .microseconds(wait))) != nil else { return }
            self.input(.timer)
        }
    }

    /// A busy server is spared by an agent that is started anew, too. One that only waits for its operator is not: whoever
    /// starts the agent then wants to know.
    private func keep(_ hint: Int64?, of error: any Error) async {
        guard let hint, ![401, 403].contains((error as? LinkError)?.status) else { return }
        do { try await handler.store.keep(retryAfter: hint, now: SteadyClock.now()) } catch {
            logger.warning("the server's wish is not kept over a restart", metadata: ["error": "\(error)"])
        }
    }

    private static func meansNoAnswer(_ error: any Error) -> Bool {
        [.unreachable, .timedOut, .untrusted].contains((error as? LinkError)?.code)
    }

    private func note(_ error: any Error) -> Int64? {
        lastError = "\(error)"
        lastErrorTime = SteadyClock.now()
        logger.warning("connection failed", metadata: ["error": "\(error)"])
        return (error as? LinkError)?.retryAfter
    }

    // MARK: The way to the server

    /// Before a connection: nobody is connected, and the connector is asked for afterwards.
    private func maintain() async throws {
        guard !maintaining, await route.isMaintenanceDue() else { return }
        maintaining = true
        defer { maintaining = false }
        if try await route.maintain() == .becameAnother { becameAnother() }
    }

    /// The connection that is open stays until something was tried and works; then it ends in order, for the new one.
    private func maintainWhileConnected() async {
        guard !maintaining, persistent.link != nil, await route.isMaintenanceDue() else { return }
        maintaining = true
        defer { maintaining = false }
        do {
            // An offered address that does not answer at once gets its other chances now, not at the next connection.
            var change = ServerRoute.Change.none
            for attempt in 1...ConnectionOffer.mostAttempts where change == .none {
                if attempt > 1 { try await Task.sleep(for: .seconds(attempt)) }
                change = try await route.maintain()
                if change == .none, await !route.isMaintenanceDue() { break }
            }
            switch change {
            case .none: persistent.want(.change)
            case .replaced: await closePersistent()
            case .becameAnother: becameAnother()
            }
            await pump()
        } catch {
            logger.warning("not renewed", metadata: ["error": "\(error)"])
        }
    }

    // MARK: Periodic

    private func exchange(_ reason: ConnectionMachine.Reason) async {
        do {
            try await maintain()
            let link = try await HTTPLink.open(try await route.connector())
            do {
                try await converse(over: link, reason)
                await link.close()
            } catch {
                await link.close()
                throw error
            }
            lastError = nil
            await route.noteConnection(succeeded: true)
            logger.debug("synchronised", metadata: ["reason": "\(reason)"])
            input(.exchangeEnded)
            // What is offered is tried before the next connection, and that follows at once.
            if routeMayChange { input(.due(.order)) }
            routeMayChange = false
        } catch {
            if Self.meansNoAnswer(error) { await route.noteConnection(succeeded: false) }
            let hint = note(error)
            await keep(hint, of: error)
            input(.exchangeFailed(retryAfter: hint))
        }
    }

    private func converse(over link: HTTPLink, _ reason: ConnectionMachine.Reason) async throws {
        await composer.beginConnection()
        var rounds = 0
        while rounds < DeviceLimits.roundsPerSync {
            let sent = ContinuousClock.now
            input(.composing)
            let frame = try await composer.compose(
                reason: reason, eventBytes: DeviceLimits.eventRequestBytes, session: machine.settings,
                now: WallClock.now())
            let result = try await handler.handle(try await link.exchange(frame.message), session: machine.settings)
            let stored = result.acknowledged >= frame.number
            if stored { try await composer.acknowledge(frame, now: WallClock.now()) }
            if let session = result.session { input(.settings(session)) }
            routeMayChange = routeMayChange || result.routeMayChange
            await orders.settled()
            await applier.settled()
            rounds += 1
            if result.more { continue }
            if stored, try await composer.hasMore() { continue }
            guard await tasks.hasActiveOperatorRun, !Task.isCancelled else { return }
            // An operator watches: stay, say what changes, and hear whether the run is cancelled.
            await waitForChange(sent)
            rounds = 0
        }
        logger.notice("synchronisation ended after \(rounds) rounds with more to say")
    }

    private func waitForChange(_ sent: ContinuousClock.Instant) async {
        let limit = Task {
            try? await Task.sleep(for: Self.progressPoll)
            self.wakeWaiter()
        }
        await withCheckedContinuation { waiter = $0 }
        limit.cancel()
        try? await Task.sleep(until: sent + Self.progressSpacing, clock: .continuous)
    }

    private func wakeWaiter() {
        waiter?.resume()
        waiter = nil
    }

    // MARK: Persistent

    private func holdPersistent() async {
        do {
            try await maintain()
            let link = try await WebSocketLink.open(try await route.connector())
            await composer.beginConnection()
            persistent = persistent.next(link)
            let server = await route.endpoint
            logger.info("persistent connection opened", metadata: ["server": "\(server)"])
            lastError = nil
            await route.noteConnection(succeeded: true)
            input(.persistentOpened)
            for try await message in link.messages { try await receive(message) }
            await ended(clean: persistent.closing, retryAfter: nil)
        } catch {
            let closing = persistent.closing
            if persistent.link == nil, Self.meansNoAnswer(error) { await route.noteConnection(succeeded: false) }
            await persistent.link?.close()
            let hint = closing ? nil : note(error)
            await keep(hint, of: error)
            await ended(clean: closing, retryAfter: hint)
        }
    }

    private func ended(clean: Bool, retryAfter: Int64?) async {
        persistent.timeout?.cancel()
        persistent = persistent.next()
        logger.info("persistent connection ended", metadata: ["clean": "\(clean)"])
        input(.persistentClosed(clean: clean, retryAfter: retryAfter))
        // Told to come periodically while events were left: they do not wait for the first period.
        guard clean, !machine.settings.keepConnection, (try? await composer.hasEvents()) == true else { return }
        input(.due(.event))
    }

    private func receive(_ message: OpAMPServerToAgent) async throws {
        let result = try await handler.handle(message, session: machine.settings)
        if let frame = persistent.acknowledged(through: result.acknowledged) {
            try await composer.acknowledge(frame, now: WallClock.now())
            input(.persistentAnswered)
            if try await composer.hasMore() { persistent.want(.change) }
        }
        if result.more { persistent.want(.change) }
        if let session = result.session { input(.settings(session)) }
        if result.routeMayChange { Task { await self.maintainWhileConnected() } }
        await pump()
    }

    /// Sends what is due, unless a frame is outstanding.
    private func pump() async {
        guard let link = persistent.link, let reason = persistent.begin() else { return }
        let generation = persistent.generation
        do {
            let frame = try await composer.compose(
                reason: reason, eventBytes: DeviceLimits.eventBatchBytes, session: machine.settings,
                now: WallClock.now())
            guard persistent.generation == generation else { return }
            guard frame.saysSomething || reason > .order || reason == .schedule else {
                persistent.nothingToSay()
                if persistent.wanted != nil { await pump() }
                return
            }
            persistent.sent(frame)
            persistent.timeout = Task {
                guard (try? await Task.sleep(for: Self.acknowledgeTimeout)) != nil else { return }
                await link.close()
            }
            try await link.send(frame.message)
        } catch {
            logger.warning("sending failed", metadata: ["error": "\(error)"])
            await link.close()
        }
    }

    private func closePersistent() async {
        guard let link = persistent.link, !persistent.closing else { return }
        persistent.closing = true
        try? await link.send(await composer.disconnect())
        await link.close()
    }
}
