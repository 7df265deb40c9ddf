internal import PluginPackage

/// A host's process, as whoever may start and end it holds it.
protocol HostHandle: Sendable {
    var pid: Int32 { get }
    /// Readable when the process has ended. Closed by `HostProcess`.
    var pidfd: Int32 { get }

    func kill()
    func endChildren()
    func collect() -> HostEnd.Cause
}

/// What a host is started with.
struct HostStart {
    let plugin: InstalledPlugin
    /// Tells it from other hosts of the plugin.
    let number: UInt64
    let limits: PluginLimits
    /// The host's ends; they stay the caller's.
    let output: Int32
    let control: Int32
    let events: Int32
    let library: Int32
}
