import Synchronization

/// A turn of `PushPace`, given back once: when the push is done, or when it takes too long. A device that does not read keeps
/// its own push waiting, not those of others.
final class PushSlot: Sendable {
    /// How long a push keeps its turn at most; it goes on without.
    static let longest = Duration.seconds(1)

    private struct State {
        var isFree = false
        var timer: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let freed: @Sendable () -> Void

    /// `freed` is called once.
    init(_ freed: @escaping @Sendable () -> Void) { self.freed = freed }

    func free() {
        let (isFirst, timer) = state.withLock { state in
            defer { state = State(isFree: true) }
            return (!state.isFree, state.timer)
        }
        timer?.cancel()
        if isFirst { freed() }
    }

    /// At the latest.
    func free(after time: Duration) {
        let timer = Task {
            guard (try? await Task.sleep(for: time)) != nil else { return }
            self.free()
        }
        let isLate = state.withLock { state in
            if !state.isFree { state.timer = timer }
            return state.isFree
        }
        if isLate { timer.cancel() }
    }
}
