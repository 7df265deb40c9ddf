package import DesiredState

/// An application's task for some devices: when it runs, with what, and for how long at most.
package struct TaskSpec: Sendable, Equatable {
    package var application: String
    package var task: String
    package var parameters: JSONValue
    package var scope: TaskScope
    package var schedule: TaskSchedule
    /// Seconds.
    package var timeLimit: Int64?
    /// Seconds; 0 for none.
    package var randomDelay: Int64
    package var runWhenMissed: Bool
    package var retry: TaskRetry?
    package var concurrency: TaskConcurrency
    /// Whether it begins in maintenance windows of its devices only, unless an operator starts it.
    package var inMaintenanceWindows: Bool

    init?(_ fields: ManifestFields) {
        fields.allow([
            "application", "task", "parameters", "scope", "schedule", "timeLimit", "randomDelay", "runWhenMissed",
            "retry",
            "concurrency", "onlyInMaintenanceWindows",
        ])
        fields.require("application", "an application's id, like martlet.clamav")
        fields.require("task", "one of the application's tasks")
        fields.require("scope", "an object with group or devices")
        timeLimit = fields.duration("timeLimit", in: SpecLimits.timeLimit)
        parameters = fields.settings("parameters") ?? .object([:])
        let schedule = Self.schedule(fields)
        randomDelay = fields.duration("randomDelay", in: TaskDefinition.randomDelayRange) ?? 0
        runWhenMissed = fields.bool("runWhenMissed") ?? false
        retry = fields.object("retry").flatMap(Self.retry)
        concurrency =
            fields.choice("concurrency", TaskConcurrency.allCases.map(\.rawValue)).flatMap(
                TaskConcurrency.init(rawValue:)) ?? .skip
        inMaintenanceWindows = fields.bool("onlyInMaintenanceWindows") ?? false
        if inMaintenanceWindows, schedule == .manual {
            fields.refuse(
                "onlyInMaintenanceWindows", expected: "nothing: a manual task begins when an operator starts it")
        }
        if let schedule, !schedule.isTimed {
            for key in ["randomDelay", "runWhenMissed"] where fields.value(key) != nil {
                fields.refuse(key, expected: "nothing: this schedule has no instants (once, every and cron have)")
            }
        }
        guard let application = fields.string("application"), let task = fields.string("task"),
            let scope = fields.object("scope").flatMap(TaskScope.read), let schedule
        else { return nil }
        self.application = application
        self.task = task
        self.scope = scope
        self.schedule = schedule
    }

    package var json: JSONValue {
        var object: [String: JSONValue] = [
            "application": .string(application), "task": .string(task), "scope": scope.json, "parameters": parameters,
        ]
        object["schedule"] = Self.json(schedule)
        object["timeLimit"] = timeLimit.map { .string(ManifestDuration.text($0)) }
        if randomDelay > 0 { object["randomDelay"] = .string(ManifestDuration.text(randomDelay)) }
        if runWhenMissed { object["runWhenMissed"] = true }
        if let retry {
            object["retry"] = [
                "attempts": .integer(retry.attempts), "delay": .string(ManifestDuration.text(retry.delay)),
            ]
        }
        if concurrency != .skip { object["concurrency"] = .string(concurrency.rawValue) }
        if inMaintenanceWindows { object["onlyInMaintenanceWindows"] = true }
        return .object(object)
    }

    private static func retry(_ fields: ManifestFields) -> TaskRetry? {
        fields.allow(["attempts", "delay"])
        fields.require("attempts", "an integer: how many runs in all")
        let delay = fields.duration("delay", in: TaskRetry.delayRange)
        return fields.integer("attempts", in: TaskRetry.attemptsRange).map {
            TaskRetry(attempts: $0, delay: delay ?? TaskRetry.defaultDelay)
        }
    }
}
