/// When the agent itself starts a task.
package enum TaskSchedule: Sendable, Hashable {
    /// Only by an operator.
    case manual
    /// At one instant, in microseconds UTC.
    case once(Int64)
    /// Every so many seconds, counted from instants that are multiples of the interval since 1970, moved by an offset
    /// that the device derives from the task, so that a fleet does not start in the same second.
    case every(seconds: Int64)
    case cron(CronSchedule)
    /// When an event happens on the device.
    case onEvent(EventTrigger)
    /// When another of the device's tasks ends.
    case afterTask(TaskTrigger)
    /// When the agent starts.
    case atStart

    package static let shortestInterval: Int64 = 10
    package static let longestInterval: Int64 = 366 * 86_400

    /// Whether instants of the clock start it.
    package var isTimed: Bool {
        switch self {
        case .once, .every, .cron: true
        case .manual, .onEvent, .afterTask, .atStart: false
        }
    }

    /// The first instant after `time` at which the task is due, in microseconds UTC; nil when none is known.
    ///
    /// `phase` is a number that stays the same for one task on one device, `zone` the rules of the schedule's time zone.
    package func next(after time: Int64, phase: UInt64, zone: TimeZoneRules = .utc) -> Int64? {
        switch self {
        case .manual, .onEvent, .afterTask, .atStart: return nil
        case .once(let instant): return instant > time ? instant : nil
        case .every(let seconds):
            guard seconds > 0 else { return nil }
            let interval = seconds * 1_000_000
            let offset = Int64(phase % UInt64(interval))
            var due = (time - offset) / interval * interval + offset
            while due <= time { due += interval }
            return due
        case .cron(let cron):
            return cron.next(after: Self.seconds(time), in: zone).map { $0 * 1_000_000 }
        }
    }

    /// The last instant at or before `time`, however long ago; nil when there was none.
    package func last(upTo time: Int64, phase: UInt64, zone: TimeZoneRules = .utc) -> Int64? {
        switch self {
        case .manual, .onEvent, .afterTask, .atStart: return nil
        case .once(let instant): return instant <= time ? instant : nil
        case .every(let seconds): return next(after: time, phase: phase).map { $0 - seconds * 1_000_000 }
        case .cron(let cron): return cron.last(upTo: Self.seconds(time), in: zone).map { $0 * 1_000_000 }
        }
    }

    /// Whole seconds at or before a time, also before 1970.
    private static func seconds(_ time: Int64) -> Int64 {
        time >= 0 ? time / 1_000_000 : -((-time + 999_999) / 1_000_000)
    }
}
