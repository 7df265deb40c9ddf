import Synchronization

/// Tells readers of the store that there is something new to read. A hint without content: readers look for themselves.
package final class ChangeFeed: Sendable {
    private struct State {
        var next: UInt64 = 0
        var listeners: [UInt64: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// How many readers wait for signals.
    package var readers: Int { state.withLock { $0.listeners.count } }

    package func signal() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener() }
    }

    /// Calls `work` at each signal, on the thread of whoever signals: it is to be brief. Returns what ends that.
    package func listen(_ work: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
        let id = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = work
            return state.next
        }
        return { [weak self] in self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) } }
    }

    /// Signals from now on; several while the reader is busy count as one. Ends with the task that iterates.
    package func signals() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let end = listen { continuation.yield() }
        continuation.onTermination = { _ in end() }
        return stream
    }
}
