/// How the plugin's process is.
package struct PluginHealth: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case starting, running, backingOff, quarantined, stopped
    }

    package var state: State
    /// Nil while there is no process.
    package var pid: Int32?
    /// Who the process is, once it became that.
    package var user: UInt32? { pid.flatMap(PluginUser.of(process:)) }
    /// Unwanted ends since the agent started.
    package var restarts: Int
    /// Of those, ends for want of descriptors, memory or processes of the device's.
    package var shortages: Int
    /// It does not run for that reason.
    package var isShort: Bool
    /// It needs another version of the interface than this agent has.
    package var lacksInterface: Bool
    package var lastError: String?
    /// Things the plugin said that did not fit its manifest, since the agent started.
    package var refusals: Int
    package var lastRefusal: String?

    package init(
        state: State, pid: Int32? = nil, restarts: Int, shortages: Int = 0, isShort: Bool = false,
        lacksInterface: Bool = false, lastError: String? = nil, refusals: Int, lastRefusal: String? = nil
    ) {
        self.shortages = shortages
        self.isShort = isShort
        self.lacksInterface = lacksInterface
        self.state = state
        self.pid = pid
        self.restarts = restarts
        self.lastError = lastError
        self.refusals = refusals
        self.lastRefusal = lastRefusal
    }
}
