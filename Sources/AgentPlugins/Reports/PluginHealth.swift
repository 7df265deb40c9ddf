/// How the plugin's process is.
package struct PluginHealth: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case starting, running, backingOff, quarantined, stopped
    }

    package var state: State
    /// Nil while there is no process.
    package var pid: Int32?
    /// Unwanted ends since the agent started.
    package var restarts: Int
    package var lastError: String?
    /// Things the plugin said that did not fit its manifest, since the agent started.
    package var refusals: Int
    package var lastRefusal: String?

    package init(
        state: State, pid: Int32? = nil, restarts: Int, lastError: String? = nil, refusals: Int,
        lastRefusal: String? = nil
    ) {
        self.state = state
        self.pid = pid
        self.restarts = restarts
        self.lastError = lastError
        self.refusals = refusals
        self.lastRefusal = lastRefusal
    }
}
