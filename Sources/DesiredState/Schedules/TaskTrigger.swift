/// The task whose end starts another.
package struct TaskTrigger: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case succeeded
        /// Failed, timed out, cancelled or lost.
        case failed
        case ended
    }

    /// Its name.
    package var task: String
    package var outcome: Outcome

    package init(task: String, outcome: Outcome = .succeeded) {
        self.task = task
        self.outcome = outcome
    }

    package func matches(task: String, succeeded: Bool) -> Bool {
        guard self.task == task else { return false }
        switch outcome {
        case .succeeded: return succeeded
        case .failed: return !succeeded
        case .ended: return true
        }
    }
}
