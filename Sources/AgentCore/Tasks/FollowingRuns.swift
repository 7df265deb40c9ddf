import DesiredState
import DeviceProtocol

/// What the end of a run brings about: the run once more, or other tasks. Decided without any effect.
struct FollowingRuns: Sendable {
    let device: DeviceUID
    /// Every task that concerns the device.
    let definitions: [TaskDefinition]

    /// `run` has ended. Tasks that wait for its end wait for that of its last attempt.
    func runs(after run: JournaledRun, now: Int64) -> [JournaledRun] {
        guard let definition = definitions.first(where: { $0.uid == run.taskUID }) else { return [] }
        if let again = retry(of: run, definition, now: now) { return [again] }
        return definitions.compactMap { next in
            guard case .afterTask(let trigger) = next.schedule, next.uid != run.taskUID,
                trigger.matches(task: definition.name, succeeded: run.state == .succeeded)
            else { return nil }
            return JournaledRun(
                runID: ScheduleBook.runID(device: device, task: next.uid, cause: run.runID.bytes), of: next,
                trigger: .task, now: now)
        }
    }

    private func retry(of run: JournaledRun, _ definition: TaskDefinition, now: Int64) -> JournaledRun? {
        guard let rule = definition.retry, run.attempt < Int(rule.attempts),
            run.state == .failed || run.state == .timedOut
        else { return nil }
        var again = JournaledRun(
            runID: ScheduleBook.runID(device: device, task: definition.uid, cause: run.runID.bytes + [0]),
            of: definition, trigger: run.trigger, now: now)
        again.parameters = run.parameters
        again.attempt = run.attempt + 1
        again.notBefore = now + rule.delay * 1_000_000
        again.message = "attempt \(again.attempt) of \(rule.attempts), \(rule.delay) s after the one before"
        return again
    }
}
