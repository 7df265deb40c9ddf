package import AgentPlugins
import Synchronization

/// A delegate that remembers all it is told, and can be waited for.
package final class Recorder: PluginDelegate {
    package struct Heard: Sendable {
        package var events: [PluginEvent] = []
        package var updates: [PluginRunUpdate] = []
        package var ends: [HostEnd] = []
        package var stateChanges = 0
    }

    private struct State {
        var heard = Heard()
        var waiters: [(id: Int, look: @Sendable (Heard) -> Bool)] = []
        var admission: EventAdmission = .stored
        var keepsEvents = true
        var counted: [String: Int] = [:]
    }

    private let state = Mutex(State())
    private let changed: AsyncStream<Void>
    private let changedInput: AsyncStream<Void>.Continuation

    package init() {
        (changed, changedInput) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    package var heard: Heard { state.withLock { $0.heard } }

    /// Events of a plugin so far, kept or not.
    package func count(of plugin: String) -> Int { state.withLock { $0.counted[plugin] ?? 0 } }

    /// Whether events are remembered; a million need not be.
    package var keepsEvents: Bool {
        get { state.withLock { $0.keepsEvents } }
        set { state.withLock { $0.keepsEvents = newValue } }
    }

    /// What every further event is answered with.
    package func answer(_ admission: EventAdmission) { state.withLock { $0.admission = admission } }

    /// Waits until what was heard holds; throws when it does not within the time.
    package func wait(
        _ what: String, atMost limit: Duration = .seconds(60), _ look: @escaping @Sendable (Heard) async -> Bool
    ) async throws {
        let (changed, recorder) = (changed, self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                if await look(recorder.heard) { return }
                for await _ in changed { if await look(recorder.heard) { return } }
            }
            group.addTask {
                try await Task.sleep(for: limit)
                throw Failure("waited in vain for: \(what); heard \(recorder.heard)")
            }
            try await group.next()
            group.cancelAll()
        }
    }

    package func append(_ events: [PluginEvent], from plugin: String) async -> [EventAdmission] {
        let admission = state.withLock { state in
            if state.keepsEvents { state.heard.events += events }
            state.counted[plugin, default: 0] += events.count
            return state.admission
        }
        changedInput.yield()
        return events.map { _ in admission }
    }

    package func stateChanged(_ plugin: String) async { note { $0.stateChanges += 1 } }
    package func taskChanged(_ run: PluginRunUpdate) async { note { $0.updates.append(run) } }
    package func hostEnded(_ plugin: String, _ end: HostEnd) async { note { $0.ends.append(end) } }

    private func note(_ change: (inout Heard) -> Void) {
        state.withLock { change(&$0.heard) }
        changedInput.yield()
    }
}
