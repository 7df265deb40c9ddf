/// A cron expression on the wall clock of a time zone.
///
/// A time that the clock skips (it is put forward) happens at the first instant after; one that it shows twice happens once,
/// the first time.
package struct CronSchedule: Sendable, Hashable {
    package var expression: CronExpression
    /// A name of the IANA database; nil for the device's own zone.
    package var zone: String?

    package init(_ expression: CronExpression, zone: String? = nil) {
        self.expression = expression
        self.zone = zone
    }

    /// Days around one in which a zone may move its clock: a whole day has been skipped before.
    private static let slack: Int64 = 2

    /// The first instant after `time`; both in seconds UTC. nil when there is none in the next years.
    package func next(after time: Int64, in rules: TimeZoneRules) -> Int64? {
        let start = CivilTime.day(of: time + rules.offset(at: time)) - Self.slack
        let times = expression.times
        for day in start...(start + CronExpression.longestGapInDays) where expression.matches(day: day) {
            // Later times of the clock never have earlier instants, so the first that is late enough is the one.
            for second in times {
                let instant = rules.instant(of: day * CivilTime.secondsPerDay + second)
                if instant > time { return instant }
            }
        }
        return nil
    }

    /// The last instant at or before `time`; both in seconds UTC.
    package func last(upTo time: Int64, in rules: TimeZoneRules) -> Int64? {
        let start = CivilTime.day(of: time + rules.offset(at: time)) + Self.slack
        let times = expression.times.reversed()
        for back in 0...CronExpression.longestGapInDays where expression.matches(day: start - back) {
            for second in times {
                let instant = rules.instant(of: (start - back) * CivilTime.secondsPerDay + second)
                if instant <= time { return instant }
            }
        }
        return nil
    }
}
