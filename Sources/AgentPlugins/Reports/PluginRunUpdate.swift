/// News of a task's run.
package struct PluginRunUpdate: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case running(percent: Int, message: String)
        case succeeded
        case failed(message: String)
        case cancelled
        /// Its process ended, or the agent stopped, before it did.
        case lost(reason: String)
    }

    /// 16 octets.
    package var runID: [UInt8]
    package var application: String
    package var task: String
    package var state: State
    /// A JSON document, or empty. Of a run that failed or was lost an object with what was said meanwhile, `logTail`.
    package var result: [UInt8]

    package init(runID: [UInt8], application: String, task: String, state: State, result: [UInt8]) {
        self.runID = runID
        self.application = application
        self.task = task
        self.state = state
        self.result = result
    }

    package var isFinal: Bool { if case .running = state { false } else { true } }
}
