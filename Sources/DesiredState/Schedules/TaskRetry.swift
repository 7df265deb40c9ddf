/// What happens after a run that failed, or took too long. One that was cancelled or lost is not tried again: somebody wanted
/// it to end, or nobody knows what it did.
package struct TaskRetry: Sendable, Hashable {
    package static let attemptsRange: ClosedRange<Int64> = 2...10
    /// Seconds.
    package static let delayRange: ClosedRange<Int64> = 1...86_400
    package static let defaultDelay: Int64 = 60

    /// Runs in all, with the first.
    package var attempts: Int64
    /// Seconds between the end of one and the next.
    package var delay: Int64

    package init(attempts: Int64, delay: Int64 = defaultDelay) {
        self.attempts = attempts
        self.delay = delay
    }
}
