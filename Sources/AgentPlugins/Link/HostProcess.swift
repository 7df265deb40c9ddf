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

    let control: LinkChannel
    let events: LinkChannel
    let output: HostOutput
    private let handle: any HostHandle
    private let token: UInt64

    var pid: Int32 { handle.pid }

    /// Starts the host program with the plugin's library sealed in memory. Throws when the library is not to be trusted
    /// or the program does not start. `number` tells it from other hosts of the plugin. `arrived` is called on the
    /// reactor's thread.
    init(
        _ plugin: InstalledPlugin, number: UInt64, configuration: PluginManagerConfiguration, limits: PluginLimits,
        logger: Logger, log: RunLog, arrived: @escaping @Sendable (Input) -> Void
    ) throws {
        let library = try plugin.sealLibrary()
        defer { close(library) }
        let (controlHere, controlThere) = try Self.socketPair()
        let (eventsHere, eventsThere) = try Self.socketPair()
        let (outputHere, outputThere) = try Self.pipe()
        defer { for descriptor in [controlThere, eventsThere, outputThere] { close(descriptor) } }
        let start = HostStart(
            plugin: plugin, number: number, limits: limits, output: outputThere, control: controlThere,
            events: eventsThere, library: library)
        do {
            handle =
                try configuration.helper?.start(start)
                ?? LocalHost(start, configuration: configuration)
        } catch {
            for descriptor in [controlHere, eventsHere, outputHere] { close(descriptor) }
            throw error
        }
        control = LinkChannel(controlHere, payloadLimit: PL_CONTROL_LIMIT) { arrived(.control($0)) }
        events = LinkChannel(eventsHere, payloadLimit: PL_EVENT_LIMIT) { arrived(.events($0)) }
        output = HostOutput(outputHere, logger: logger, log: log)
        token = LinkReactor.shared.register(handle.pidfd) { _ in arrived(.exited) }
        LinkReactor.shared.arm(token, handle.pidfd, LinkReactor.readable)
    }

    deinit {
        kill()
        LinkReactor.shared.remove(token, handle.pidfd)
        close(handle.pidfd)
    }

    /// Ends the process and what it started. It is gone when `.exited` arrives.
    func kill() { handle.kill() }

    /// After `.exited`, before it is collected: ends what the process left behind, wherever that detached itself to.
    func endChildren() { handle.endChildren() }

    /// Collects the process after `.exited`.
    func collect() -> HostEnd.Cause { handle.collect() }

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
