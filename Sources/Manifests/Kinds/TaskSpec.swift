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

    init?(_ fields: ManifestFields) {
        fields.allow(["application", "task", "parameters", "scope", "schedule", "timeLimit"])
        fields.require("application", "an application's id, like martlet.clamav")
        fields.require("task", "one of the application's tasks")
        fields.require("scope", "an object with group or devices")
        timeLimit = fields.duration("timeLimit", in: SpecLimits.timeLimit)
        parameters = fields.settings("parameters") ?? .object([:])
        let schedule = Self.schedule(fields)
        guard let application = fields.string("application"), let task = fields.string("task"),
            let scope = fields.object("scope").flatMap(TaskScope.read), let schedule
        else { return nil }
        self.application = application
        self.task = task
        self.scope = scope
        self.schedule = schedule
    }

    /// Without a schedule a task is manual.
    private static func schedule(_ fields: ManifestFields) -> TaskSchedule? {
        guard fields.value("schedule") != nil else { return .manual }
        guard let schedule = fields.object("schedule") else { return nil }
        schedule.allow(["manual", "every"])
        if schedule.isMisspelled("manual") || schedule.isMisspelled("every") { return nil }
        switch (schedule.value("manual"), schedule.value("every")) {
        case (.some, nil) where schedule.bool("manual") == true: return .manual
        case (nil, .some):
            return schedule.duration("every", in: TaskSchedule.shortestInterval...TaskSchedule.longestInterval)
                .map { .every(seconds: $0) }
        case (.some, .some):
            schedule.refuse("every", expected: "either manual: true or every: a duration", got: "both")
            return nil
        default:
            schedule.refuse("every", expected: "either manual: true or every: a duration", got: schedule.node.shown)
            return nil
        }
    }

    package var json: JSONValue {
        var object: [String: JSONValue] = [
            "application": .string(application), "task": .string(task), "scope": scope.json, "parameters": parameters,
        ]
        switch schedule {
        case .manual: object["schedule"] = ["manual": true]
        case .every(let seconds): object["schedule"] = ["every": .string(ManifestDuration.text(seconds))]
        }
        object["timeLimit"] = timeLimit.map { .string(ManifestDuration.text($0)) }
        return .object(object)
    }
}
