import DesiredState

/// `schedule` of a task: what starts it.
extension TaskSpec {
    private static let kinds = ["manual", "once", "every", "cron", "onEvent", "afterTask", "atStart"]
    private static let oneOf = "one of \(kinds.joined(separator: ", "))"

    /// Without a schedule a task is manual. nil when it is not usable, which is noted.
    static func schedule(_ fields: ManifestFields) -> TaskSchedule? {
        guard fields.value("schedule") != nil else { return .manual }
        guard let schedule = fields.object("schedule") else { return nil }
        schedule.allow(kinds + ["timeZone"])
        if kinds.contains(where: schedule.isMisspelled) { return nil }
        let given = kinds.filter { schedule.value($0) != nil }
        guard let kind = given.first, given.count == 1 else {
            schedule.refuse(
                given.last ?? "every", expected: oneOf,
                got: given.isEmpty ? schedule.node.shown : given.joined(separator: " and "))
            return nil
        }
        if kind != "cron", schedule.value("timeZone") != nil {
            schedule.refuse("timeZone", expected: "nothing: only cron looks at a clock")
            return nil
        }
        return read(kind, schedule)
    }

    private static func read(_ kind: String, _ schedule: ManifestFields) -> TaskSchedule? {
        switch kind {
        case "manual", "atStart":
            guard let given = schedule.bool(kind) else { return nil }
            guard given else {
                schedule.refuse(kind, expected: "true, or another kind of schedule")
                return nil
            }
            return kind == "manual" ? .manual : .atStart
        case "once":
            guard let text = schedule.string(kind, expected: ManifestInstant.rule) else { return nil }
            guard let instant = ManifestInstant.microseconds(text) else {
                schedule.refuse(kind, expected: ManifestInstant.rule)
                return nil
            }
            return .once(instant)
        case "every":
            return schedule.duration(kind, in: TaskSchedule.shortestInterval...TaskSchedule.longestInterval).map {
                .every(seconds: $0)
            }
        case "cron": return schedule.cronSchedule().map { .cron($0) }
        case "onEvent": return schedule.object(kind).flatMap(event)
        default: return schedule.object(kind).flatMap(task)
        }
    }

    private static func event(_ fields: ManifestFields) -> TaskSchedule? {
        fields.allow(["application", "type"])
        fields.require("type", "an event's type, like threat.found")
        guard let type = fields.string("type"), !type.isEmpty else { return nil }
        return .onEvent(EventTrigger(application: fields.string("application"), type: type))
    }

    private static func task(_ fields: ManifestFields) -> TaskSchedule? {
        fields.allow(["task", "outcome"])
        fields.require("task", "the name of the task whose end starts this one")
        let outcome = fields.choice("outcome", TaskTrigger.Outcome.allCases.map(\.rawValue))
        if outcome == nil, fields.value("outcome") != nil { return nil }
        guard let task = fields.name("task") else { return nil }
        return .afterTask(
            TaskTrigger(task: task, outcome: outcome.flatMap(TaskTrigger.Outcome.init(rawValue:)) ?? .succeeded))
    }

    static func json(_ schedule: TaskSchedule) -> JSONValue {
        switch schedule {
        case .manual: return ["manual": true]
        case .atStart: return ["atStart": true]
        case .once(let instant): return ["once": .string(ManifestInstant.text(instant))]
        case .every(let seconds): return ["every": .string(ManifestDuration.text(seconds))]
        case .cron(let cron):
            var object: [String: JSONValue] = ["cron": .string(cron.expression.text)]
            object["timeZone"] = cron.zone.map { .string($0) }
            return .object(object)
        case .onEvent(let trigger):
            var object: [String: JSONValue] = ["type": .string(trigger.type)]
            object["application"] = trigger.application.map { .string($0) }
            return ["onEvent": .object(object)]
        case .afterTask(let trigger):
            return ["afterTask": ["task": .string(trigger.task), "outcome": .string(trigger.outcome.rawValue)]]
        }
    }
}
