internal import AgentPlugins
internal import Synchronization

/// Passes a plugin's news on, and remembers what is waited for.
final class WorkbenchDelegate: PluginDelegate {
    private struct State {
        /// Runs that somebody waits for, and their ends.
        var ends: [[UInt8]: PluginRunUpdate?] = [:]
        var count: UInt64 = 0
    }

    private let state = Mutex(State())
    private let tell: @Sendable (WorkbenchNews) -> Void
    /// Something happened: look again.
    let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation

    init(tell: @escaping @Sendable (WorkbenchNews) -> Void) {
        self.tell = tell
        (changes, changed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Before the run is started.
    func expect(_ run: [UInt8]) { state.withLock { $0.ends[run] = .some(nil) } }

    func forget(_ run: [UInt8]) { state.withLock { $0.ends[run] = nil } }

    /// Nil while it is under way.
    func end(of run: [UInt8]) -> PluginRunUpdate? { state.withLock { $0.ends[run] ?? nil } }

    func append(_ events: [PluginEvent], from plugin: String) async -> [EventAdmission] {
        for event in events { tell(WorkbenchText.event(event)) }
        return events.map { _ in .stored }
    }

    func stateChanged(_ plugin: String) async { changed.yield() }

    func taskChanged(_ run: PluginRunUpdate) async {
        tell(WorkbenchText.run(run))
        if run.isFinal { state.withLock { if $0.ends[run.runID] != nil { $0.ends[run.runID] = run } } }
        changed.yield()
    }

    func hostEnded(_ plugin: String, _ end: HostEnd) async {
        tell(WorkbenchText.end(end))
        changed.yield()
    }
}
