import DesiredState
import DeviceProtocol
import Testing

@testable import AgentCore

@Suite(.tags(.R14)) struct FollowingRunsTests {
    private static let device = DeviceUID.version7(now: 0, random: (1, 1))

    private static func task(
        _ name: String, _ schedule: TaskSchedule = .manual, retry: TaskRetry? = nil
    ) -> TaskDefinition {
        var task = TaskDefinition(
            name: name, uid: Array(Digest.sha256(Array(name.utf8)).prefix(16)), application: "a", task: "t",
            schedule: schedule)
        task.retry = retry
        return task
    }

    private static func run(_ task: TaskDefinition, _ state: WireRunState, attempt: Int = 1) -> JournaledRun {
        var run = JournaledRun(runID: Identifier.make(now: 1), of: task, trigger: .schedule, now: 1)
        run.state = state
        run.attempt = attempt
        return run
    }

    @Test func `a run that failed is tried again after its delay, as often as is said, and then others follow`() throws
    {
        let first = Self.task("first", retry: TaskRetry(attempts: 2, delay: 60))
        let next = Self.task("next", .afterTask(TaskTrigger(task: "first", outcome: .failed)))
        let following = FollowingRuns(device: Self.device, definitions: [first, next])
        for state in [WireRunState.failed, .timedOut] {
            let failed = Self.run(first, state)
            let again = following.runs(after: failed, now: 5)
            #expect(again.map(\.taskName) == ["first"] && again.map(\.attempt) == [2])
            #expect(again.map(\.notBefore) == [60_000_005] && again.map(\.trigger) == [.schedule])
            #expect(again == following.runs(after: failed, now: 5))
            let last = following.runs(after: Self.run(first, state, attempt: 2), now: 5)
            #expect(last.map(\.taskName) == ["next"] && last.map(\.trigger) == [.task] && last.map(\.notBefore) == [0])
        }
    }

    @Test(arguments: [WireRunState.cancelled, .lost]) func `what was cancelled or lost is not tried again`(
        state: WireRunState
    ) {
        let first = Self.task("first", retry: TaskRetry(attempts: 3))
        #expect(
            FollowingRuns(device: Self.device, definitions: [first]).runs(after: Self.run(first, state), now: 0).isEmpty
        )
    }

    @Test func `a task follows the outcome that it waits for`() {
        let first = Self.task("first")
        let waiting = TaskTrigger.Outcome.allCases.map {
            Self.task($0.rawValue, .afterTask(TaskTrigger(task: "first", outcome: $0)))
        }
        let following = FollowingRuns(device: Self.device, definitions: [first] + waiting)
        #expect(following.runs(after: Self.run(first, .succeeded), now: 0).map(\.taskName) == ["succeeded", "ended"])
        #expect(following.runs(after: Self.run(first, .lost), now: 0).map(\.taskName) == ["failed", "ended"])
        #expect(following.runs(after: Self.run(Self.task("zzz"), .succeeded), now: 0).isEmpty)
    }
}
