/// One task that concerns a device, as its document carries it.
package struct TaskDefinition: Sendable, Hashable {
    package var name: String
    /// 16 bytes.
    package var uid: [UInt8]
    package var application: String
    /// The application's own name of the task, from its plugin's manifest.
    package var task: String
    package var parameters: JSONValue
    package var schedule: TaskSchedule
    /// Seconds; nil for none.
    package var timeLimit: Int64?

    package init(
        name: String, uid: [UInt8], application: String, task: String, parameters: JSONValue = .object([:]),
        schedule: TaskSchedule = .manual, timeLimit: Int64? = nil
    ) {
        self.name = name
        self.uid = uid
        self.application = application
        self.task = task
        self.parameters = parameters
        self.schedule = schedule
        self.timeLimit = timeLimit
    }
}

extension TaskDefinition {
    package var json: JSONValue {
        var object: [String: JSONValue] = [
            "name": .string(name), "uid": .string(Digest.hex(uid)), "application": .string(application),
            "task": .string(task), "parameters": parameters,
        ]
        if case .every(let seconds) = schedule { object["every"] = .integer(seconds) }
        if let timeLimit { object["timeLimit"] = .integer(timeLimit) }
        return .object(object)
    }

    package init(json: JSONValue) throws(DocumentError) {
        guard let name = json["name"]?.stringValue, let application = json["application"]?.stringValue,
            let task = json["task"]?.stringValue, let hex = json["uid"]?.stringValue, let uid = Self.bytes(hex: hex)
        else {
            throw DocumentError(entry: DeviceDocument.tasksEntry, reason: "a task lacks name, uid, application or task")
        }
        var schedule = TaskSchedule.manual
        if let every = json["every"] {
            guard let seconds = every.integerValue, seconds >= TaskSchedule.shortestInterval,
                seconds <= TaskSchedule.longestInterval
            else {
                throw DocumentError(
                    entry: DeviceDocument.tasksEntry,
                    reason:
                        "task \(name): every must be \(TaskSchedule.shortestInterval) to \(TaskSchedule.longestInterval) seconds"
                )
            }
            schedule = .every(seconds: seconds)
        }
        self.init(
            name: name, uid: uid, application: application, task: task, parameters: json["parameters"] ?? .object([:]),
            schedule: schedule, timeLimit: json["timeLimit"]?.integerValue)
    }

    private static func bytes(hex: String) -> [UInt8]? {
        let digits = Array(hex.utf8)
        guard digits.count == 32 else { return nil }
        var out: [UInt8] = []
        for index in stride(from: 0, to: 32, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            out.append(byte)
        }
        return out
    }
}
