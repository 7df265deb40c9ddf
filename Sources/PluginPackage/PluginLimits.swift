/// Resource limits of a plugin's process; nil leaves the agent's default.
package struct PluginLimits: Sendable, Hashable {
    /// Bytes of private memory.
    package var memory: UInt64?
    package var files: UInt64?
    package var processes: UInt64?

    package init(memory: UInt64? = nil, files: UInt64? = nil, processes: UInt64? = nil) {
        self.memory = memory
        self.files = files
        self.processes = processes
    }
}
