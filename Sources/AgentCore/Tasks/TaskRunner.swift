package import AgentPlugins
import DesiredState
package import DeviceProtocol
import FoundationEssentials
package import Logging

/// Runs tasks, at most once each: the journal knows of a run before the plugin does.
package actor TaskRunner {
    let device: DeviceUID
    let store: AgentStore
    private let plugins: any ManagedApplications
    let logger: Logger
    let environment: AgentEnvironment
    /// Called when there is something to report, with the reason to connect for it.
    let changed: @Sendable (ConnectionMachine.Reason) async -> Void
    private let zones: TimeZones
    /// Every run that has not ended, also one that waits to begin.
    var active: [RunID: JournaledRun] = [:]
    private var limits: [RunID: any BackgroundWork] = [:]
    private var timedOut: Set<RunID> = []
    /// Runs that began a moment ago, of which nobody was told yet.
    private var untold: [RunID: any BackgroundWork] = [:]
    /// Runs that begin later.
    private var delayed: [RunID: any BackgroundWork] = [:]
    /// Those of them that wait for a maintenance window.
    private(set) var outsideWindows: Set<RunID> = []
    /// The run that begins when its task's present one has ended, by the task.
    var queued: [[UInt8]: RunID] = [:]
    /// Every task that concerns the device.
    var definitions: [TaskDefinition] = []
    var book: ScheduleBook
    var timer: (any BackgroundWork)?
    /// When an event started a task last, by the task.
    var startedByEvent: [[UInt8]: Int64] = [:]

    /// What was ended and reported is kept this long, so that a repeated order does not start anew.
    static let memory: Int64 = 7 * 86_400_000_000
    /// Microseconds after its beginning in which a run that ends is told of once, instead of as running and as ended.
    static let telling: Int64 = 20_000

    package init(
        device: DeviceUID, store: AgentStore, plugins: any ManagedApplications, logger: Logger,
        environment: AgentEnvironment = .system, zones: TimeZones = .system,
        changed: @escaping @Sendable (ConnectionMachine.Reason) async -> Void
    ) {
        self.device = device
        self.store = store
        self.plugins = plugins
        self.logger = logger
        self.environment = environment
        self.changed = changed
        self.zones = zones
        book = ScheduleBook(device: device, zones: zones)
    }

    /// After a start: what was only accepted begins now, or when it is its time; what may have begun is lost. Then tasks
    /// begin that run at every start.
    package func recover() async throws {
        let entries = try await store.desiredEntries()
        let (document, problems) = DeviceDocument.read(entries: entries)
        definitions = document.tasks
        let isReadable = !problems.contains { $0.entry == DeviceDocument.tasksEntry }
        for run in try await store.unfinishedRuns() {
            active[run.runID] = run
            if run.phase == .accepted {
                if run.startedByOperator || definitions.contains(where: { $0.uid == run.taskUID }) {
                    await admit(run)
                } else if isReadable {
                    await end(run.runID, .cancelled, "the task does not concern this device any more")
                } else {
                    // Whether it may begin now is not known; the next document says it.
                    outsideWindows.insert(run.runID)
                }
            } else {
                await end(
                    run.runID, .lost,
                    "the agent or its host was interrupted while the task ran; whether it took effect is not known")
            }
        }
        for definition in definitions where definition.schedule == .atStart {
            await start(definition, environment.identifier(environment.now()), .start)
        }
    }

    package var hasActiveOperatorRun: Bool { active.values.contains { $0.startedByOperator } }

    // MARK: Beginning

    /// Takes an operator's run and records the order's answer with it; nil when it was taken, now or before (its result follows as
    /// a run), else why not.
    func start(_ order: WireRunTask, answering answer: OrderAnswer) async throws -> String? {
        guard let id = RunID(Array(order.runID)) else { return "the order names no run" }
        let now = environment.now()
        var run = JournaledRun(
            runID: id, taskUID: Array(order.taskUid), taskName: order.taskName, application: order.application,
            task: order.task, parameters: Array(order.parameters), trigger: .operator,
            timeLimit: Int64(order.timeLimitSeconds), now: now)
        // It waits for nothing: one write says that it was taken and that its plugin is called.
        run.begin(now)
        guard try await store.accept(run, answering: answer, now: now) else {
            await changed(.order)
            return nil
        }
        active[id] = run
        let begun = run
        _ = environment.run { await self.callPlugin(for: begun) }
        return nil
    }

    /// Begins a run that was accepted, when it is its time and its task's turn.
    func admit(_ run: JournaledRun) async {
        let now = environment.now()
        guard run.notBefore <= now else {
            // A clock that was set back meanwhile does not make it wait for ever.
            let wait = min(run.notBefore - now, TaskRetry.delayRange.upperBound * 1_000_000)
            delayed[run.runID] = environment.run(after: wait) { await self.delayIsOver(of: run.runID) }
            return await changed(.change)
        }
        if let opening = nextWindow(for: run, now: now) { return await wait(run, until: opening, now: now) }
        guard !run.startedByOperator, isRunning(run.taskUID) else { return await begin(run) }
        if let other = queued[run.taskUID], other != run.runID {
            return await end(run.runID, .cancelled, "the task was to run once more already")
        }
        queued[run.taskUID] = run.runID
        await changed(.change)
    }

    /// When the run may begin, where its task has to wait for a maintenance window.
    private func nextWindow(for run: JournaledRun, now: Int64) -> Int64? {
        guard !run.startedByOperator, let task = definitions.first(where: { $0.uid == run.taskUID }),
            !task.windows.isEmpty
        else { return nil }
        let seconds = now / 1_000_000
        // Where no window ever opens, or its zone is not known here, it is looked at again: a document may change that.
        let next = MaintenanceWindow.next(of: task.windows, at: seconds, zones: zones.rules) ?? .max
        return next <= seconds ? nil : next
    }

    private func wait(_ waiting: JournaledRun, until opening: Int64, now: Int64) async {
        var run = waiting
        let message =
            opening == .max
            ? "waits for a maintenance window, and none opens"
            : "waits for the maintenance window of \(Date(timeIntervalSince1970: Double(opening)).ISO8601Format())"
        if run.message != message {
            run.message = message
            run.revision += 1
            try? await store.update(run)
        }
        active[run.runID] = run
        outsideWindows.insert(run.runID)
        // An hour at a time: the device's clock may be set, and its windows may become others.
        let time = opening == .max ? Self.windowLook : min((opening - now / 1_000_000) * 1_000_000, Self.windowLook)
        let id = run.runID
        delayed[id] = environment.run(after: max(time, 1_000_000)) { await self.delayIsOver(of: id) }
        await changed(.change)
    }
    private static let windowLook: Int64 = 3_600_000_000

    /// Runs that wait for a window are looked at again: their task may be gone, or its windows others.
    func reviewWindows() async {
        for id in outsideWindows {
            // While another one was looked at, it may have begun.
            guard outsideWindows.contains(id), let run = active[id], run.phase == .accepted else { continue }
            delayed.removeValue(forKey: id)?.cancel()
            if definitions.contains(where: { $0.uid == run.taskUID }) {
                await delayIsOver(of: id)
            } else {
                await end(id, .cancelled, "the task does not concern this device any more")
            }
        }
    }

    private func delayIsOver(of id: RunID) async {
        delayed[id] = nil
        outsideWindows.remove(id)
        guard var run = active[id], run.phase == .accepted else { return }
        run.notBefore = 0
        active[id] = run
        await admit(run)
    }

    /// Whether the plugin works on the task.
    func isRunning(_ task: [UInt8]) -> Bool { active.values.contains { $0.taskUID == task && $0.phase == .starting } }

    private func begin(_ accepted: JournaledRun) async {
        var run = accepted
        run.begin(environment.now())
        do {
            try await store.update(run)
        } catch {
            // Not on the disk: then the plugin is not called either.
            await end(run.runID, .failed, "the task's start could not be recorded: \(error)")
            return
        }
        active[run.runID] = run
        await callPlugin(for: run)
    }

    private func callPlugin(for run: JournaledRun) async {
        let id = run.runID
        untold[id] = environment.run(after: Self.telling) { await self.tell(of: id) }
        let outcome = await plugins.startTask(
            runID: run.runID.bytes, application: run.application, task: run.task, parameters: run.parameters)
        if case .failed(let reason, _) = outcome {
            await end(run.runID, .failed, reason)
            return
        }
        logger.info("task started", metadata: ["task": "\(run.application)/\(run.task)", "run": "\(run.runID)"])
        if run.timeLimit > 0, active[run.runID] != nil { watch(run) }
    }

    private func tell(of id: RunID) async {
        if untold.removeValue(forKey: id) != nil { await changed(Self.reason(of: active[id])) }
    }

    /// Of the first that is said of a run: that an operator's was taken does not wait for the next synchronisation.
    private static func reason(of run: JournaledRun?) -> ConnectionMachine.Reason {
        run?.startedByOperator == true ? .order : .change
    }

    private func watch(_ run: JournaledRun) {
        limits[run.runID] = environment.run(after: run.timeLimit * 1_000_000) { await self.exceeded(run.runID) }
    }

    private func exceeded(_ id: RunID) async {
        guard let run = active[id] else { return }
        timedOut.insert(id)
        let outcome = await plugins.cancelTask(runID: id.bytes, application: run.application)
        if case .failed(let reason, _) = outcome {
            await end(id, .timedOut, "longer than \(run.timeLimit) s, and could not be cancelled: \(reason)")
        }
    }

    /// nil when it was cancelled or was over already, else why not.
    func cancel(_ id: RunID) async -> String? {
        guard let run = active[id] else { return "no such run is active on this device" }
        if let delay = delayed.removeValue(forKey: id) {
            delay.cancel()
            await end(id, .cancelled, "before it began")
            return nil
        }
        if queued[run.taskUID] == id {
            await end(id, .cancelled, "before it began")
            return nil
        }
        if case .failed(let reason, _) = await plugins.cancelTask(runID: id.bytes, application: run.application) {
            return reason
        }
        return nil
    }

    // MARK: What the plugin says

    package func take(_ update: PluginRunUpdate) async {
        guard let id = RunID(update.runID), var run = active[id] else { return }
        switch update.state {
        case .running(let percent, let message):
            run.percent = percent
            run.message = message
            run.revision += 1
            active[id] = run
            // Progress is worth a report, not a durable commit that fails the run.
            try? await store.update(run)
            await changed(.change)
        case .succeeded: await end(id, .succeeded, "", update.result)
        case .failed(let message): await end(id, timedOut.contains(id) ? .timedOut : .failed, message, update.result)
        case .cancelled:
            let late = timedOut.contains(id)
            await end(id, late ? .timedOut : .cancelled, late ? "longer than \(run.timeLimit) s" : "", update.result)
        case .lost(let reason): await end(id, .lost, reason, update.result)
        }
    }

    func end(_ id: RunID, _ state: WireRunState, _ message: String, _ result: [UInt8] = []) async {
        guard var run = active.removeValue(forKey: id) else { return }
        limits.removeValue(forKey: id)?.cancel()
        let notice = untold.removeValue(forKey: id)
        notice?.cancel()
        outsideWindows.remove(id)
        timedOut.remove(id)
        run.phase = .ended
        run.state = state
        if state == .succeeded { run.percent = 100 }
        run.message = message
        run.result = result
        run.finished = environment.now()
        run.revision += 1
        if queued[run.taskUID] == id { queued[run.taskUID] = nil }
        var following: [JournaledRun] = []
        do {
            following = try await store.end(
                run,
                followedBy: FollowingRuns(device: device, definitions: definitions).runs(after: run, now: run.finished))
            try await store.forgetRuns(endedBefore: run.finished - Self.memory)
        } catch {
            // It stays "starting" in the journal, and is said to be lost after the next start: never a false success.
            logger.error("task result could not be recorded", metadata: ["run": "\(id)", "error": "\(error)"])
        }
        logger.info("task ended", metadata: ["run": "\(id)", "state": "\(state)", "message": "\(message)"])
        await changed(notice == nil ? .change : Self.reason(of: run))
        for next in following { active[next.runID] = next }
        // Beside this: who told of the end is not to wait for what comes next.
        if !following.isEmpty || queued[run.taskUID] != nil {
            let next = following
            let task = run.taskUID
            _ = environment.run { await self.goOn(after: task, next) }
        }
    }

    /// The queued run of the task that ended, then what follows from its end.
    private func goOn(after task: [UInt8], _ following: [JournaledRun]) async {
        if !isRunning(task), let id = queued.removeValue(forKey: task), let next = active[id] {
            // Its maintenance window may be over by now.
            if next.startedByOperator { await begin(next) } else { await admit(next) }
        }
        for next in following { await admit(next) }
    }

    package func stop() {
        timer?.cancel()
        for work in Array(limits.values) + Array(delayed.values) + Array(untold.values) { work.cancel() }
    }
}
