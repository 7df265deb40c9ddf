package import AgentPlugins
import DesiredState
package import DeviceProtocol
package import Logging

/// Runs tasks, at most once each: the journal knows of a run before the plugin does.
package actor TaskRunner {
    private let device: DeviceUID
    private let store: AgentStore
    private let plugins: any ManagedApplications
    private let logger: Logger
    private let environment: AgentEnvironment
    /// Called when there is something to report.
    private let changed: @Sendable () async -> Void
    private var active: [RunID: JournaledRun] = [:]
    private var limits: [RunID: any BackgroundWork] = [:]
    private var timedOut: Set<RunID> = []
    private var book: ScheduleBook
    private var timer: (any BackgroundWork)?

    /// What was ended and reported is kept this long, so that a repeated order does not start anew.
    static let memory: Int64 = 7 * 86_400_000_000

    package init(
        device: DeviceUID, store: AgentStore, plugins: any ManagedApplications, logger: Logger,
        environment: AgentEnvironment = .system, changed: @escaping @Sendable () async -> Void
    ) {
        self.device = device
        self.store = store
        self.plugins = plugins
        self.logger = logger
        self.environment = environment
        self.changed = changed
        book = ScheduleBook(device: device)
    }

    /// After a start: what was only accepted begins now; what may have begun is lost.
    package func recover() async throws {
        for run in try await store.unfinishedRuns() {
            active[run.runID] = run
            if run.phase == .accepted {
                await begin(run)
            } else {
                await end(
                    run.runID, .lost,
                    "the agent or its host was interrupted while the task ran; whether it took effect is not known")
            }
        }
    }

    package var hasActiveOperatorRun: Bool { active.values.contains { $0.startedByOperator } }

    // MARK: Beginning

    /// Takes an operator's run; nil when it was taken (its result follows as a run), else why not.
    func start(_ order: WireRunTask) async throws -> String? {
        guard let id = RunID(Array(order.runID)) else { return "the order names no run" }
        let run = JournaledRun(
            runID: id, taskUID: Array(order.taskUid), taskName: order.taskName, application: order.application,
            task: order.task, parameters: Array(order.parameters), startedByOperator: true,
            timeLimit: Int64(order.timeLimitSeconds), now: environment.now())
        guard try await store.accept(run) else { return nil }
        active[id] = run
        _ = environment.run { await self.begin(run) }
        return nil
    }

    private func begin(_ accepted: JournaledRun) async {
        var run = accepted
        run.phase = .starting
        run.started = environment.now()
        run.state = .running
        run.revision += 1
        do {
            try await store.update(run)
        } catch {
            // Not on the disk: then the plugin is not called either.
            await end(run.runID, .failed, "the task's start could not be recorded: \(error)")
            return
        }
        active[run.runID] = run
        await changed()
        let outcome = await plugins.startTask(
            runID: run.runID.bytes, application: run.application, task: run.task, parameters: run.parameters)
        if case .failed(let reason, _) = outcome {
            await end(run.runID, .failed, reason)
            return
        }
        logger.info("task started", metadata: ["task": "\(run.application)/\(run.task)", "run": "\(run.runID)"])
        if run.timeLimit > 0, active[run.runID] != nil { watch(run) }
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
            await changed()
        case .succeeded: await end(id, .succeeded, "", update.result)
        case .failed(let message): await end(id, timedOut.contains(id) ? .timedOut : .failed, message, update.result)
        case .cancelled:
            let late = timedOut.contains(id)
            await end(id, late ? .timedOut : .cancelled, late ? "longer than \(run.timeLimit) s" : "", update.result)
        case .lost(let reason): await end(id, .lost, reason)
        }
    }

    private func end(_ id: RunID, _ state: WireRunState, _ message: String, _ result: [UInt8] = []) async {
        guard var run = active.removeValue(forKey: id) else { return }
        limits.removeValue(forKey: id)?.cancel()
        timedOut.remove(id)
        run.phase = .ended
        run.state = state
        if state == .succeeded { run.percent = 100 }
        run.message = message
        run.result = result
        run.finished = environment.now()
        run.revision += 1
        do {
            try await store.update(run)
            try await store.forgetRuns(endedBefore: run.finished - Self.memory)
        } catch {
            // It stays "starting" in the journal, and is said to be lost after the next start: never a false success.
            logger.error("task result could not be recorded", metadata: ["run": "\(id)", "error": "\(error)"])
        }
        logger.info("task ended", metadata: ["run": "\(id)", "state": "\(state)", "message": "\(message)"])
        await changed()
    }

    // MARK: Schedules

    func replace(definitions: [TaskDefinition]) {
        book.replace(definitions, now: environment.now())
        arm()
    }

    private func arm() {
        timer?.cancel()
        guard let next = book.nextInstant else { return }
        // At most an hour at a time: the device's clock may be set meanwhile.
        let wait = min(max(next - environment.now(), 0), 3_600_000_000)
        timer = environment.run(after: wait) { await self.runDue() }
    }

    private func runDue() async {
        for due in book.due(now: environment.now()) { await start(due) }
        arm()
    }

    private func start(_ due: ScheduleBook.Due) async {
        let definition = due.definition
        guard !active.values.contains(where: { $0.taskUID == definition.uid }) else {
            logger.notice("task is still running; this time is skipped", metadata: ["task": "\(definition.name)"])
            return
        }
        let run = JournaledRun(
            runID: ScheduleBook.runID(device: device, task: definition.uid, instant: due.instant),
            taskUID: definition.uid, taskName: definition.name, application: definition.application,
            task: definition.task, parameters: CanonicalJSON.encode(definition.parameters), startedByOperator: false,
            timeLimit: definition.timeLimit ?? 0, now: environment.now())
        do {
            guard try await store.accept(run) else { return }
        } catch {
            logger.error("task could not be recorded and was not started", metadata: ["error": "\(error)"])
            return
        }
        active[run.runID] = run
        await begin(run)
    }

    package func stop() {
        timer?.cancel()
        for limit in limits.values { limit.cancel() }
    }
}
