import Synchronization

/// Waits for the answer to a ping, for any number of callers. Thread-safe.
final class LivenessProbe: Sendable {
    private struct State {
        var waiters: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        var last: UInt64 = 0
        var ended = false
    }

    private let state = Mutex(State())

    /// Whether the peer is heard from within the time. `ask` is called once the wait is registered.
    func answers(within time: Duration, ask: @escaping @Sendable () -> Void) async -> Bool {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        return await withCheckedContinuation { continuation in
            let registered = state.withLock { state in
                guard !state.ended else { return false }
                state.waiters[id] = continuation
                return true
            }
            guard registered else { return continuation.resume(returning: false) }
            ask()
            Task {
                try? await Task.sleep(for: time)
                self.state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: false)
            }
        }
    }

    /// The peer has answered a ping.
    func heard() { settle(true, ended: false) }
    /// The connection is gone.
    func ended() { settle(false, ended: true) }

    private func settle(_ answer: Bool, ended: Bool) {
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            state.ended = state.ended || ended
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: answer) }
    }
}
