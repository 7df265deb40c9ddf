internal import DurableFiles
internal import Glibc
internal import PluginLink
internal import PluginPackage

/// A host that is our own child.
struct LocalHost: HostHandle {
    let pid: Int32
    let pidfd: Int32
    private let group: HostGroup?
    private let mark: String

    init(_ start: HostStart, configuration: PluginManagerConfiguration) throws {
        let id = start.plugin.manifest.id
        mark = Stray.mark(dataDirectory: configuration.dataDirectory, host: "\(getpid()):\(id):\(start.number)")
        group = HostGroup("\(id)-\(start.number)", parent: configuration.controlGroup)
        let joining = group?.openProcesses()
        defer { if let joining { close(joining) } }
        let started = try ProcessStart(
            executable: configuration.hostExecutable, arguments: Self.arguments(start),
            environment: Self.environment + [mark],
            descriptors: [-1, start.output, start.output, start.control, start.events, start.library],
            diesWithParent: true, controlGroup: joining
        ).run()
        pid = started.pid
        pidfd = started.pidfd
    }

    func kill() {
        guard pl_pidfd_signal(pidfd, SIGKILL) == 0 else { return }
        pl_kill_group(pid)
        group?.kill()
    }

    func endChildren() {
        pl_kill_group(pid)
        group?.kill()
        Stray.end(mark)
    }

    func collect() -> HostEnd.Cause {
        group?.remove()
        var end = pl_exit()
        guard pl_reap(pidfd, &end) == 0 else { return .notStarted }
        return end.by_signal ? .signalled(Int(end.value)) : .exited(Int(end.value))
    }

    /// Nothing is inherited. Without the last, a Swift plugin that crashes would first print pages of registers.
    private static let environment = [
        "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "SWIFT_BACKTRACE=enable=no",
    ]

    private static func arguments(_ start: HostStart) -> [String] {
        var arguments = ["--plugin", start.plugin.manifest.id, "--parent", "\(getpid())"]
        if let user = PluginUser.of(start.plugin, agent: geteuid()) { arguments += ["--user", "\(user)"] }
        for (name, value) in [
            ("--memory", start.limits.memory), ("--files", start.limits.files), ("--processes", start.limits.processes),
        ] {
            if let value { arguments += [name, "\(value)"] }
        }
        return arguments
    }
}
