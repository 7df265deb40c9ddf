extension TaskDefinition {
    /// As it lies in the document. What is as usual is left out.
    package var json: JSONValue {
        var object: [String: JSONValue] = [
            "name": .string(name), "uid": .string(Digest.hex(uid)), "application": .string(application),
            "task": .string(task), "parameters": parameters,
        ]
        switch schedule {
        case .manual: break
        case .once(let instant): object["once"] = .integer(instant)
        case .every(let seconds): object["every"] = .integer(seconds)
        case .cron(let cron):
            object["cron"] = .string(cron.expression.text)
            object["timeZone"] = cron.zone.map { .string($0) }
        case .onEvent(let trigger):
            var event: [String: JSONValue] = ["type": .string(trigger.type)]
            event["application"] = trigger.application.map { .string($0) }
            object["onEvent"] = .object(event)
        case .afterTask(let trigger):
            object["afterTask"] = ["task": .string(trigger.task), "outcome": .string(trigger.outcome.rawValue)]
        case .atStart: object["atStart"] = true
        }
        if let timeLimit { object["timeLimit"] = .integer(timeLimit) }
        if randomDelay > 0 { object["randomDelay"] = .integer(randomDelay) }
        if runWhenMissed { object["runWhenMissed"] = true }
        if let retry { object["retry"] = ["attempts": .integer(retry.attempts), "delay": .integer(retry.delay)] }
        if concurrency != .skip { object["concurrency"] = .string(concurrency.rawValue) }
        if !windows.isEmpty { object["windows"] = .array(windows.map(\.json)) }
        return .object(object)
    }

    package init(json: JSONValue) throws(DocumentError) {
        guard let name = json["name"]?.stringValue, let application = json["application"]?.stringValue,
            let task = json["task"]?.stringValue, let hex = json["uid"]?.stringValue, let uid = Digest.bytes(hex: hex),
            uid.count == 16
        else {
            throw DocumentError(entry: DeviceDocument.tasksEntry, reason: "a task lacks name, uid, application or task")
        }
        self.init(
            name: name, uid: uid, application: application, task: task, parameters: json["parameters"] ?? .object([:]),
            schedule: try Self.schedule(json, name), timeLimit: json["timeLimit"]?.integerValue)
        randomDelay = try Self.number("randomDelay", in: json, Self.randomDelayRange, name) ?? 0
        runWhenMissed = json["runWhenMissed"] == true
        if let retry = json["retry"] {
            self.retry = TaskRetry(
                attempts: try Self.number("attempts", in: retry, TaskRetry.attemptsRange, name)
                    ?? TaskRetry.attemptsRange.lowerBound,
                delay: try Self.number("delay", in: retry, TaskRetry.delayRange, name) ?? TaskRetry.defaultDelay)
        }
        let windows = json["windows"]?.arrayValue ?? []
        self.windows = windows.compactMap(MaintenanceWindow.init)
        // Without one of them the task would begin when it must not.
        guard self.windows.count == windows.count else { throw Self.problem(name, "a maintenance window is none") }
        // A rule of a later version: the careful one.
        concurrency = json["concurrency"]?.stringValue.flatMap(TaskConcurrency.init(rawValue:)) ?? .skip
    }

    private static func schedule(_ json: JSONValue, _ name: String) throws(DocumentError) -> TaskSchedule {
        if let seconds = try number(
            "every", in: json, TaskSchedule.shortestInterval...TaskSchedule.longestInterval, name)
        {
            return .every(seconds: seconds)
        }
        if let instant = json["once"]?.integerValue { return .once(instant) }
        if let text = json["cron"]?.stringValue {
            do {
                return .cron(CronSchedule(try CronExpression(text), zone: json["timeZone"]?.stringValue))
            } catch {
                throw problem(name, "cron: expected \(error)")
            }
        }
        if let event = json["onEvent"] {
            guard let type = event["type"]?.stringValue else { throw problem(name, "onEvent lacks the type") }
            return .onEvent(EventTrigger(application: event["application"]?.stringValue, type: type))
        }
        if let trigger = json["afterTask"] {
            guard let task = trigger["task"]?.stringValue,
                let outcome = trigger["outcome"]?.stringValue.flatMap(TaskTrigger.Outcome.init(rawValue:))
            else { throw problem(name, "afterTask lacks task or outcome") }
            return .afterTask(TaskTrigger(task: task, outcome: outcome))
        }
        return json["atStart"] == true ? .atStart : .manual
    }

    private static func number(
        _ key: String, in json: JSONValue, _ range: ClosedRange<Int64>, _ name: String
    ) throws(DocumentError) -> Int64? {
        guard let value = json[key] else { return nil }
        guard let number = value.integerValue, range.contains(number) else {
            throw problem(name, "\(key) must be \(range.lowerBound) to \(range.upperBound) seconds")
        }
        return number
    }

    private static func problem(_ name: String, _ reason: String) -> DocumentError {
        DocumentError(entry: DeviceDocument.tasksEntry, reason: "task \(name): \(reason)")
    }
}
