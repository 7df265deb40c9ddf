import Synchronization

/// Pushes at the pace of `PushPace`: who has a turn is pushed, and gives it back when that is done, or when it takes too long.
///
/// Thread-safe.
final class PacedPushes<Key: Hashable & Sendable>: Sendable {
    /// Pushes, and calls `done` once, later; false, without calling it, where nobody is there any more.
    typealias Push = @Sendable (Key, _ done: @escaping @Sendable () -> Void) -> Bool

    private struct State {
        var pace = PushPace<Key>()
        /// Somebody looks for pushes that take too long.
        var isWatched = false
    }

    private let state = Mutex(State())
    /// A push keeps its turn for this long, and for less than twice that: how often it is looked for.
    private let longest: Duration

    init(longest: Duration) { self.longest = longest }

    func add(_ keys: some Collection<Key>, _ push: @escaping Push) {
        go(state.withLock { $0.pace.add(keys, now: .now) }, push)
    }

    private func go(_ turns: [PushPace<Key>.Turn], _ push: @escaping Push) {
        guard !turns.isEmpty else { return }
        watch(push)
        var turns = turns
        while !turns.isEmpty {
            let gone = turns.filter { turn in !push(turn.key) { [weak self] in self?.done(turn, push) } }
            turns = gone.flatMap { turn in state.withLock { $0.pace.done(turn.number, now: .now) } }
        }
    }

    private func done(_ turn: PushPace<Key>.Turn, _ push: @escaping Push) {
        go(state.withLock { $0.pace.done(turn.number, now: .now) }, push)
    }

    /// While pushes are being made: one timer for all of them.
    private func watch(_ push: @escaping Push) {
        let isFirst = state.withLock { state in
            defer { state.isWatched = true }
            return !state.isWatched
        }
        guard isFirst else { return }
        Task { [weak self, longest] in
            repeat { try? await Task.sleep(for: longest) } while self?.expire(push) == true
        }
    }

    /// False when no push is being made any more.
    private func expire(_ push: @escaping Push) -> Bool {
        let (turns, goesOn) = state.withLock { state in
            let turns = state.pace.expire(before: .now - longest, now: .now)
            state.isWatched = !state.pace.isIdle
            return (turns, state.isWatched)
        }
        go(turns, push)
        return goesOn
    }
}
