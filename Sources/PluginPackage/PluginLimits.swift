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

    /// The most that a plugin may have that came in a package: its manifest is its vendor's word.
    package static let packaged = PluginLimits(memory: 2 << 30, files: 4_096, processes: 256)

    /// These, as far as `packaged` allows.
    package func bounded() -> PluginLimits {
        func least(_ own: UInt64?, _ most: UInt64?) -> UInt64? { [own, most].compactMap(\.self).min() }
        return PluginLimits(
            memory: least(memory, Self.packaged.memory), files: least(files, Self.packaged.files),
            processes: least(processes, Self.packaged.processes))
    }
}
