internal import AgentPlugins

/// What a probe saw in one scenario.
struct ProbeRecord: Sendable {
    enum End: Sendable, Hashable {
        case done
        /// Ended before the scenario did.
        case exited(Int)
        case signalled(Int)
        /// A call did not return in time, and the probe was ended.
        case overdue
    }

    let scenario: String
    var frames: [LinkFrame] = []
    var end: End = .done
    /// The call that was under way when it ended.
    var call: String?
    /// What was printed last; empty when nothing was.
    var lastLine = ""
}
