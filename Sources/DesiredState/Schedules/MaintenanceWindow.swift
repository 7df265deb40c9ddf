/// A time in which disturbing tasks may begin: from each instant of a cron expression on, for a while.
package struct MaintenanceWindow: Sendable, Hashable {
    /// Seconds.
    package static let durationRange: ClosedRange<Int64> = 300...7 * 86_400
    /// Of one group or device.
    package static let most = 16

    package var opens: CronSchedule
    /// Seconds.
    package var duration: Int64

    package init(opens: CronSchedule, duration: Int64) {
        self.opens = opens
        self.duration = duration
    }

    /// `time` in seconds UTC.
    package func isOpen(at time: Int64, in rules: TimeZoneRules) -> Bool {
        opens.last(upTo: time, in: rules).map { time < $0 + duration } ?? false
    }

    /// When one of the windows is open next, in seconds UTC: `time` itself where one is open. nil when none ever opens, or
    /// when `zones` knows the zone of none.
    package static func next(
        of windows: [MaintenanceWindow], at time: Int64, zones: (String?) -> TimeZoneRules?
    ) -> Int64? {
        windows.compactMap { window in
            guard let rules = zones(window.opens.zone) else { return nil }
            return window.isOpen(at: time, in: rules) ? time : window.opens.next(after: time, in: rules)
        }.min()
    }

    package var json: JSONValue {
        var object: [String: JSONValue] = ["cron": .string(opens.expression.text), "duration": .integer(duration)]
        object["timeZone"] = opens.zone.map { .string($0) }
        return .object(object)
    }

    /// nil for what is none.
    package init?(json: JSONValue) {
        guard let text = json["cron"]?.stringValue, let expression = try? CronExpression(text),
            let duration = json["duration"]?.integerValue, Self.durationRange.contains(duration)
        else { return nil }
        self.init(opens: CronSchedule(expression, zone: json["timeZone"]?.stringValue), duration: duration)
    }
}
