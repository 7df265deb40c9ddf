/// One task that concerns a device, as its document carries it.
package struct TaskDefinition: Sendable, Hashable {
    /// Seconds.
    package static let randomDelayRange: ClosedRange<Int64> = 1...86_400

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
    /// Seconds within which each device and instant has its own delay; 0 for none.
    package var randomDelay: Int64 = 0
    /// Whether the last instant that was missed (agent or host did not run) is made up for.
    package var runWhenMissed = false
    package var retry: TaskRetry?
    package var concurrency = TaskConcurrency.skip
    /// Unless an operator starts it, it begins in one of these; at any time when there are none.
    package var windows: [MaintenanceWindow] = []

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
