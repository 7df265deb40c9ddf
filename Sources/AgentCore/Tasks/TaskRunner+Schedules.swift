import AgentPlugins
import DesiredState
import DeviceProtocol
import Logging

/// What starts tasks without an operator.
extension TaskRunner {
    /// Takes the tasks that concern the device. Returns why some cannot be scheduled.
    func replace(definitions: [TaskDefinition]) async -> [String] {
        self.definitions = definitions
        var marks: [[UInt8]: Int64] = [:]
        let now = environment.now()
        do {
            marks = try await store.scheduleMarks()
            let wanted = definitions.filter { $0.runWhenMissed && $0.schedule.isTimed }
            for task in marks.keys where !wanted.contains(where: { $0.uid == task }) {
                try await store.forgetMark(of: task)
            }
            for task in wanted where marks[task.uid] == nil {
                // One that is to run once may be past already, when the task comes late.
                if case .once = task.schedule { continue }
                try await store.mark(task: task.uid, instant: now)
            }
        } catch {
            logger.error("missed instants of tasks cannot be told", metadata: ["error": "\(error)"])
        }
        let problems = book.replace(definitions, marks: marks, now: now)
        await reviewWindows()
        arm()
        return problems
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
        await start(
            definition, ScheduleBook.runID(device: device, task: definition.uid, instant: due.instant), .schedule)
        guard definition.runWhenMissed else { return }
        // After the run is in the journal, which knows it by its instant: a crash in between repeats nothing.
        do { try await store.mark(task: definition.uid, instant: due.instant) } catch {
            logger.error("an instant of a task could not be marked", metadata: ["error": "\(error)"])
        }
    }

    /// Starts a task unless that run is known, or the task runs and is not to wait.
    func start(_ definition: TaskDefinition, _ id: RunID, _ trigger: WireRunTrigger) async {
        guard !active.values.contains(where: { $0.taskUID == definition.uid && outsideWindows.contains($0.runID) })
        else {
            logger.info("task waits for its maintenance window already", metadata: ["task": "\(definition.name)"])
            return
        }
        let isRunning = isRunning(definition.uid)
        if isRunning, definition.concurrency == .skip || queued[definition.uid] != nil {
            logger.notice("task is still running; this time is left out", metadata: ["task": "\(definition.name)"])
            return
        }
        let run = JournaledRun(runID: id, of: definition, trigger: trigger, now: environment.now())
        do {
            guard try await store.accept(run) else { return }
        } catch {
            logger.error("task could not be recorded and was not started", metadata: ["error": "\(error)"])
            return
        }
        active[id] = run
        await admit(run)
        // One that waits for a window replaces nothing.
        guard isRunning, definition.concurrency == .replace, !outsideWindows.contains(id) else { return }
        for other in active.values where other.taskUID == definition.uid && other.phase == .starting {
            _ = await cancel(other.runID)
        }
    }

    /// Starts the tasks that wait for one of these events.
    func noticed(_ events: [SpooledEvent]) async {
        for definition in definitions {
            guard case .onEvent(let trigger) = definition.schedule,
                let event = events.first(where: { trigger.matches(application: $0.application, type: $0.type) })
            else { continue }
            let now = environment.steady()
            if let last = startedByEvent[definition.uid], now - last < EventTrigger.spacing * 1_000_000 { continue }
            startedByEvent[definition.uid] = now
            await start(
                definition, ScheduleBook.runID(device: device, task: definition.uid, cause: event.id), .event)
        }
    }
}
