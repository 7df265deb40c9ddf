/// What happens when a task is due while it runs. What an operator starts is started in any case.
package enum TaskConcurrency: String, Sendable, Hashable, CaseIterable {
    /// This time is left out.
    case skip
    /// It starts once more when the run has ended; once, however often it was due meanwhile.
    case queue
    /// The run is cancelled, and it starts anew.
    case replace
}
