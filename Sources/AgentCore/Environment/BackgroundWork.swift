/// Work that was begun and that nobody waits for, as a rule.
package protocol BackgroundWork: Sendable {
    /// Work that has not begun does not begin; what has begun goes on.
    func cancel()
    /// Returns when the work is done.
    func finished() async
}

extension Task: BackgroundWork where Success == Void, Failure == Never {
    package func finished() async { await value }
}
