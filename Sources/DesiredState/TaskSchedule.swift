/// When the agent itself starts a task.
package enum TaskSchedule: Sendable, Hashable {
    /// Only by an operator.
    case manual
    /// Every so many seconds, counted from instants that are multiples of the interval since 1970, moved by an offset
    /// that the device derives from the task, so that a fleet does not start in the same second.
    case every(seconds: Int64)

    package static let shortestInterval: Int64 = 10
    package static let longestInterval: Int64 = 366 * 86_400

    /// The first instant after `time` at which the task is due, in microseconds UTC; nil for manual tasks.
    ///
    /// `phase` is a number that stays the same for one task on one device.
    package func next(after time: Int64, phase: UInt64) -> Int64? {
        guard case .every(let seconds) = self, seconds > 0 else { return nil }
        let interval = seconds * 1_000_000
        let offset = Int64(phase % UInt64(interval))
        let passed = (time - offset) / interval
        var due = passed * interval + offset
        while due <= time { due += interval }
        return due
    }

    /// The last instant at or before `time`, given one that is not after it. However far both are apart.
    package func last(upTo time: Int64, from instant: Int64) -> Int64 {
        guard case .every(let seconds) = self, seconds > 0, time > instant else { return instant }
        let interval = seconds * 1_000_000
        return instant + (time - instant) / interval * interval
    }
}
