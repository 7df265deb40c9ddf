internal import DurableFiles
internal import Glibc
internal import Logging
internal import PluginLink
internal import PluginPackage

/// One process of a plugin, from its start to its end. Whoever drops it has ended it.
final class HostProcess: Sendable {
    enum Input: Sendable {
        case control(LinkChannel.Arrival)
        case events(LinkChannel.Arrival)
        case exited
    }

    let pid: Int32
    let control: LinkChannel
    let events: LinkChannel
    let output: HostOutput
    private let pidfd: Int32
    private let token: UInt64
    private let group: HostGroup?
    private let mark: String

    /// Starts the host program with the plugin's library sealed in memory. Throws when the library is not to be trusted
    /// or the program does not start. `number` tells it from other hosts of the plugin. `arrived` is called on the
    /// reactor's thread.
    init(
        _ plugin: InstalledPlugin, number: UInt64, configuration: PluginManagerConfiguration, limits: PluginLimits,
        logger: Logger, log: RunLog, arrived: @escaping @Sendable (Input) -> Void
    ) throws {
        let (id, executable) = (plugin.manifest.id, configuration.hostExecutable)
        mark = Stray.mark(dataDirectory: configuration.dataDirectory, host: "\(getpid()):\(id):\(number)")
        group = HostGroup("\(id)-\(number)", parent: configuration.controlGroup)
        let library = try plugin.sealLibrary()
        defer { close(library) }
        let (controlHere, controlThere) = try Self.socketPair()
        let (eventsHere, eventsThere) = try Self.socketPair()
        let (outputHere, outputThere) = try Self.pipe()
        let joining = group?.openProcesses()
        let start = ProcessStart(
            executable: executable, arguments: Self.arguments(plugin, limits), environment: Self.environment + [mark],
            descriptors: [-1, outputThere, outputThere, controlThere, eventsThere, library], diesWithParent: true,
            controlGroup: joining)
        defer { for descriptor in [controlThere, eventsThere, outputThere, joining ?? -1] { close(descriptor) } }
        let started: ProcessStart.Started
        do {
            started = try start.run()
        } catch {
            for descriptor in [controlHere, eventsHere, outputHere] { close(descriptor) }
            throw error
        }
        pid = started.pid
        pidfd = started.pidfd
        control = LinkChannel(controlHere, payloadLimit: PL_CONTROL_LIMIT) { arrived(.control($0)) }
        events = LinkChannel(eventsHere, payloadLimit: PL_EVENT_LIMIT) { arrived(.events($0)) }
        output = HostOutput(outputHere, logger: logger, log: log)
        token = LinkReactor.shared.register(pidfd) { _ in arrived(.exited) }
        LinkReactor.shared.arm(token, pidfd, LinkReactor.readable)
    }

    deinit {
        kill()
        LinkReactor.shared.remove(token, pidfd)
        close(pidfd)
    }

    /// Ends the process and what it started. It is gone when `.exited` arrives.
    func kill() {
        guard pl_pidfd_signal(pidfd, SIGKILL) == 0 else { return }
        pl_kill_group(pid)
        group?.kill()
    }

    /// After `.exited`, before it is collected: ends what the process left behind, wherever that detached itself to.
    func endChildren() {
        pl_kill_group(pid)
        group?.kill()
        Stray.end(mark)
    }

    /// Collects the process after `.exited`.
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

    private static func arguments(_ plugin: InstalledPlugin, _ limits: PluginLimits) -> [String] {
        var arguments = ["--plugin", plugin.manifest.id, "--parent", "\(getpid())"]
        if let user = PluginUser.of(plugin, agent: geteuid()) { arguments += ["--user", "\(user)"] }
        for (name, value) in [
            ("--memory", limits.memory), ("--files", limits.files), ("--processes", limits.processes),
        ] {
            if let value { arguments += [name, "\(value)"] }
        }
        return arguments
    }

    private static func socketPair() throws(SystemError) -> (Int32, Int32) {
        var pair: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &pair) == 0 else { throw SystemError("socketpair", errno) }
        return (pair[0], pair[1])
    }

    private static func pipe() throws(SystemError) -> (Int32, Int32) {
        var pair: [Int32] = [-1, -1]
        let error = pl_pipe(&pair)
        guard error == 0 else { throw SystemError("pipe", error) }
        return (pair[0], pair[1])
    }
}
