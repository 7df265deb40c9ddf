import DesiredState
package import DeviceProtocol

/// One run of a task as the journal has it.
package struct JournaledRun: Sendable, Hashable {
    /// How far the agent itself has come; decides what a crash in between means.
    package enum Phase: Int, Sendable {
        /// Taken, the plugin was not called: may be started after a crash.
        case accepted = 1
        /// The plugin is about to be called or was: after a crash nobody knows, so the run is lost, never repeated.
        case starting = 2
        case ended = 3
    }

    package var runID: RunID
    /// Empty for an order without a stored task.
    package var taskUID: [UInt8]
    package var taskName: String
    package var application: String
    package var task: String
    package var parameters: [UInt8]
    package var trigger: WireRunTrigger
    /// 1 for the first.
    package var attempt = 1
    /// µs before which it does not begin; 0 for at once.
    package var notBefore: Int64 = 0
    package var phase: Phase
    package var state: WireRunState
    package var percent: Int
    package var message: String
    package var result: [UInt8]
    package var accepted: Int64
    package var started: Int64
    package var finished: Int64
    /// Seconds; 0 for none.
    package var timeLimit: Int64
    /// Counts changes, so that what is reported can be told from what is known at the server.
    package var revision: Int64

    package init(
        runID: RunID, taskUID: [UInt8], taskName: String, application: String, task: String, parameters: [UInt8],
        trigger: WireRunTrigger, timeLimit: Int64, now: Int64
    ) {
        self.runID = runID
        self.taskUID = taskUID
        self.taskName = taskName
        self.application = application
        self.task = task
        self.parameters = parameters
        self.trigger = trigger
        self.timeLimit = timeLimit
        phase = .accepted
        state = .pending
        percent = 0
        message = ""
        result = []
        accepted = now
        started = 0
        finished = 0
        revision = 1
    }

    /// A run of a task that concerns the device.
    init(runID: RunID, of definition: TaskDefinition, trigger: WireRunTrigger, now: Int64) {
        self.init(
            runID: runID, taskUID: definition.uid, taskName: definition.name, application: definition.application,
            task: definition.task, parameters: CanonicalJSON.encode(definition.parameters), trigger: trigger,
            timeLimit: definition.timeLimit ?? 0, now: now)
    }

    /// Its plugin is about to be called.
    mutating func begin(_ now: Int64) {
        message = ""
        phase = .starting
        started = now
        state = .running
        revision += 1
    }

    package var startedByOperator: Bool { trigger == .operator }
    package var isFinal: Bool { phase == .ended }
}
