import AgentPlugins
import DesiredState
import DeviceProtocol
import Foundation
import Logging
import Synchronization
import Testing

@testable import AgentCore

/// What starts tasks beside operators, with a plugin that ends a run when the test says so, and a clock that the test moves.
@Suite(.tags(.R14)) struct TaskRunnerTests {
    /// Remembers what it was asked.
    private final class ScriptedApplications: IdleApplications {
        let started = Mutex<[RunID]>([])
        let cancelled = Mutex<[RunID]>([])

        func startTask(runID: [UInt8], application: String, task: String, parameters: [UInt8]) async -> CallOutcome {
            if let id = RunID(runID) { started.withLock { $0.append(id) } }
            return .done
        }
        func cancelTask(runID: [UInt8], application: String) async -> CallOutcome {
            if let id = RunID(runID) { cancelled.withLock { $0.append(id) } }
            return .done
        }
    }

    /// Time stands still until the test moves it; work beside a call is done when the test says so.
    private final class World: Sendable {
        struct Waiting: Sendable {
            let at: Int64
            let work: AgentEnvironment.Work
            let handle: Handle
        }

        final class Handle: BackgroundWork {
            let isCancelled = Atomic(false)
            func cancel() { isCancelled.store(true, ordering: .relaxed) }
            func finished() async {}
        }

        let now = Mutex<Int64>(1_000_000_000_000_000)
        let waiting = Mutex<[Waiting]>([])

        var environment: AgentEnvironment {
            AgentEnvironment(
                now: { self.now.withLock { $0 } }, identifier: { Identifier.make(now: $0) },
                start: { delay, work in
                    let handle = Handle()
                    let at = self.now.withLock { $0 } + delay
                    self.waiting.withLock { $0.append(Waiting(at: at, work: work, handle: handle)) }
                    return handle
                })
        }

        /// Does everything that is due, and what comes of it, until so many seconds have passed.
        func pass(seconds: Int64 = 0) async {
            let end = now.withLock { $0 } + seconds * 1_000_000
            while let next = take(upTo: end) {
                now.withLock { $0 = max($0, next.at) }
                if !next.handle.isCancelled.load(ordering: .relaxed) { await next.work() }
            }
            now.withLock { $0 = end }
        }

        private func take(upTo end: Int64) -> Waiting? {
            waiting.withLock { waiting in
                guard let index = waiting.indices.min(by: { waiting[$0].at < waiting[$1].at }), waiting[index].at <= end
                else { return nil }
                return waiting.remove(at: index)
            }
        }
    }

    private let world = World()
    private let applications = ScriptedApplications()
    private let store: AgentStore
    private let runner: TaskRunner
    private let told = Reports()

    /// What there was to report, and for what reasons.
    private final class Reports: Sendable {
        private let value = Mutex<[ConnectionMachine.Reason]>([])
        func add(_ reason: ConnectionMachine.Reason) { value.withLock { $0.append(reason) } }
        func take() -> [ConnectionMachine.Reason] {
            value.withLock { value in
                defer { value = [] }
                return value
            }
        }
    }

    init() throws {
        store = try AgentStore(image: [], environment: .system) { true }
        let told = told
        runner = Self.runner(store, applications, world) { told.add($0) }
    }

    private static func runner(
        _ store: AgentStore, _ applications: ScriptedApplications, _ world: World,
        changed: @escaping @Sendable (ConnectionMachine.Reason) async -> Void = { _ in }
    ) -> TaskRunner {
        TaskRunner(
            device: DeviceUID.version7(now: 0, random: (1, 1)), store: store, plugins: applications,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, environment: world.environment,
            zones: TimeZones { _ in .utc }, changed: changed)
    }

    private static func task(_ concurrency: TaskConcurrency = .skip) -> TaskDefinition {
        var task = TaskDefinition(
            name: "a", uid: Array(repeating: 1, count: 16), application: "app", task: "t",
            schedule: .onEvent(EventTrigger(type: "x")))
        task.concurrency = concurrency
        return task
    }

    private func happen(_ number: UInt8) async {
        let event = SpooledEvent(
            id: Array(repeating: number, count: 16), application: "app", severity: 1, type: "x", text: "", time: 0)
        await runner.noticed([event])
        await world.pass(seconds: EventTrigger.spacing)
    }

    private func end(_ id: RunID, _ state: PluginRunUpdate.State) async {
        await runner.take(PluginRunUpdate(runID: id.bytes, application: "app", task: "t", state: state, result: []))
        await world.pass()
    }

    private var started: [RunID] { applications.started.withLock { $0 } }

    @Test func `a task that is due while it runs is left out, waits, or replaces the run, as its rule says`()
        async throws
    {
        for (rule, count) in [(TaskConcurrency.skip, 1), (.queue, 2), (.replace, 2)] {
            let test = try TaskRunnerTests()
            _ = await test.runner.replace(definitions: [Self.task(rule)])
            for number: UInt8 in [1, 2, 3] { await test.happen(number) }
            #expect(test.started.count == 1)
            #expect(test.applications.cancelled.withLock { $0 } == (rule == .replace ? [test.started[0]] : []))
            await test.end(test.started[0], rule == .replace ? .cancelled : .succeeded)
            #expect(test.started.count == count, "\(rule)")
            if count == 2 { await test.end(test.started[1], .succeeded) }
            #expect(test.started.count == count, "\(rule): once, however often it was due")
        }
    }

    private func order(_ run: UInt8) -> WireRunTask {
        var order = WireRunTask()
        order.runID = Data(repeating: run, count: 16)
        order.taskName = "a"
        order.application = "app"
        order.task = "t"
        return order
    }

    private func start(_ run: UInt8) async throws {
        let answer = OrderAnswer(id: Array(repeating: run, count: 16), status: .accepted)
        #expect(try await runner.start(order(run), answering: answer) == nil)
    }

    @Test
    func `a run that ends at once is told of once, with its order's answer; one that takes longer is told as running`()
        async throws
    {
        try await start(1)
        await world.pass()
        #expect(started.count == 1)
        await end(started[0], .succeeded)
        await world.pass(seconds: 1)
        #expect(told.take() == [.order])
        #expect(try await store.unreportedRuns().map(\.state) == [.succeeded])
        #expect(try await store.unreportedAnswers().map(\.status) == [.accepted])

        try await start(2)
        await world.pass(seconds: 1)
        #expect(told.take() == [.order])
        #expect(try await store.unreportedRuns().map(\.state) == [.succeeded, .running])
        await end(started[1], .succeeded)
        #expect(told.take() == [.change])

        // The server gave the order again: it is answered again, and nothing starts.
        try await start(2)
        await world.pass(seconds: 1)
        #expect(started.count == 2)
        #expect(told.take() == [.order])
    }

    /// The world begins at 01:46:40 UTC.
    private func windowed(_ cron: String) throws -> TaskDefinition {
        var task = Self.task(.queue)
        task.windows = [MaintenanceWindow(opens: CronSchedule(try CronExpression(cron), zone: "UTC"), duration: 3_600)]
        return task
    }

    @Test func `outside of its maintenance windows a task waits, once however often it is due, and says so`()
        async throws
    {
        _ = await runner.replace(definitions: [try windowed("0 6 * * *")])
        for number: UInt8 in [1, 2, 3] { await happen(number) }
        #expect(started.isEmpty)
        let runs = try await store.unfinishedRuns()
        #expect(runs.map(\.message) == ["waits for the maintenance window of 2001-09-09T06:00:00Z"])
        try await start(8)
        await world.pass()
        #expect(started.count == 1, "an operator's run does not wait")
        await end(started[0], .succeeded)
        await world.pass(seconds: 4 * 3_600)
        #expect(started.count == 1)
        await world.pass(seconds: 1_000)
        #expect(started.count == 2)
        #expect(started.last == runs.first?.runID)
    }

    @Test func `a run that waits for its window begins when the windows become others, and ends when the task goes`()
        async throws
    {
        _ = await runner.replace(definitions: [try windowed("0 6 * * *")])
        await happen(1)
        #expect(started.isEmpty)
        _ = await runner.replace(definitions: [try windowed("30 1 * * *")])
        await world.pass()
        #expect(started.count == 1)
        await end(started[0], .succeeded)
        _ = await runner.replace(definitions: [try windowed("0 6 * * *")])
        await happen(2)
        _ = await runner.replace(definitions: [])
        await world.pass(seconds: 86_400)
        #expect(started.count == 1)
        #expect(try await store.unfinishedRuns().isEmpty)
    }

    @Test func `a run that waits for its window survives the agent's end, and still waits`() async throws {
        let task = try windowed("0 6 * * *")
        let entries = DeviceDocument(tasks: [task]).entries()
        try await store.replaceDesired(entries: entries, hash: [1])
        _ = await runner.replace(definitions: [task])
        await happen(1)
        let again = Self.runner(store, applications, world)
        try await again.recover()
        await world.pass(seconds: 3_600)
        #expect(started.isEmpty)
        await world.pass(seconds: 4 * 3_600)
        #expect(Set(started).count == 1)
    }

    @Test func `one that waits for its window replaces nothing, and a queued one does not begin outside of it`()
        async throws
    {
        for rule in [TaskConcurrency.replace, .queue] {
            let test = try TaskRunnerTests()
            // Open from 01:30 to 02:30; the world begins at 01:46:40.
            var task = try test.windowed("30 1 * * *")
            task.concurrency = rule
            _ = await test.runner.replace(definitions: [task])
            await test.happen(1)
            #expect(test.started.count == 1)
            if rule == .queue { await test.happen(2) }
            await test.world.pass(seconds: 3_600)
            if rule == .replace { await test.happen(3) }
            #expect(test.applications.cancelled.withLock { $0 }.isEmpty, "\(rule)")
            await test.end(test.started[0], .succeeded)
            await test.world.pass(seconds: 3_600)
            #expect(test.started.count == 1, "\(rule)")
            await test.world.pass(seconds: 86_400)
            #expect(test.started.count == 2, "\(rule)")
        }
    }

    @Test func `after a start a run whose task went meanwhile ends, and one whose document cannot be read waits`()
        async throws
    {
        for (entries, left) in [([:], 0), (["martlet.tasks": Array("{".utf8)], 1)] as [([String: [UInt8]], Int)] {
            let test = try TaskRunnerTests()
            _ = await test.runner.replace(definitions: [try test.windowed("0 6 * * *")])
            await test.happen(1)
            try await test.store.replaceDesired(entries: entries, hash: [2])
            await test.runner.stop()
            let again = Self.runner(test.store, test.applications, test.world)
            try await again.recover()
            await test.world.pass(seconds: 86_400)
            #expect(test.started.isEmpty)
            #expect(try await test.store.unfinishedRuns().count == left)
        }
    }

    @Test func `events by the thousand start a task once in its spacing, and the same event never twice`() async throws
    {
        _ = await runner.replace(definitions: [Self.task(.queue)])
        let event = SpooledEvent(id: [9], application: "app", severity: 1, type: "x", text: "", time: 0)
        for _ in 0..<1_000 { await runner.noticed([event]) }
        #expect(started.count == 1)
        await end(started[0], .succeeded)
        await world.pass(seconds: 60)
        await runner.noticed([event])
        await world.pass()
        #expect(started.count == 1)
        let other = SpooledEvent(id: [8], application: "app", severity: 1, type: "y", text: "", time: 0)
        await runner.noticed([other])
        #expect(started.count == 1)
    }

    @Test func `a run that failed begins again after its delay, also when the agent was started anew meanwhile`()
        async throws
    {
        var task = Self.task()
        task.retry = TaskRetry(attempts: 3, delay: 300)
        try await store.replaceDesired(entries: DeviceDocument(tasks: [task]).entries(), hash: [1])
        _ = await runner.replace(definitions: [task])
        await happen(1)
        await end(started[0], .failed(message: "no"))
        await world.pass(seconds: 200)
        #expect(started.count == 1)
        let waiting = try #require(try await store.unfinishedRuns().first)
        #expect(waiting.attempt == 2 && waiting.phase == .accepted && waiting.message.contains("attempt 2 of 3"))
        await runner.stop()
        let again = Self.runner(store, applications, world)
        try await again.recover()
        await world.pass(seconds: 99)
        #expect(started.count == 1)
        await world.pass(seconds: 2)
        #expect(started.count == 2 && started[1] == waiting.runID)
    }

    @Test func `a run that waits to begin is cancelled without the plugin`() async throws {
        var task = Self.task()
        task.retry = TaskRetry(attempts: 2, delay: 300)
        _ = await runner.replace(definitions: [task])
        await happen(1)
        await end(started[0], .failed(message: "no"))
        let waiting = try #require(try await store.unfinishedRuns().first)
        #expect(await runner.cancel(waiting.runID) == nil)
        await world.pass(seconds: 1_000)
        #expect(started.count == 1 && applications.cancelled.withLock { $0.isEmpty })
        #expect(try await store.unfinishedRuns().isEmpty)
    }
}
