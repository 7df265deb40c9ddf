internal import Synchronization

/// Lets so many through at a time, in the order they came, and no more wait than a limit: so that the helper, which does so much at
/// once and no more, refuses nothing that can be done a moment later.
final class WorkGate: Sendable {
    private struct State {
        var inside = 0
        var waiting: [OnceAnswer<Void>] = []
    }

    private let mostInside: Int
    private let mostWaiting: Int
    private let state = Mutex(State())

    init(mostInside: Int, mostWaiting: Int) {
        self.mostInside = mostInside
        self.mostWaiting = mostWaiting
    }

    /// How many wait for their turn.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// False when too many wait already; else the caller is through and has to `leave`.
    func enter() async -> Bool {
        let turn = OnceAnswer<Void>()
        let isThrough: Bool? = state.withLock { state in
            if state.inside < mostInside {
                state.inside += 1
                return true
            }
            guard state.waiting.count < mostWaiting else { return false }
            state.waiting.append(turn)
            return nil
        }
        if let isThrough { return isThrough }
        await turn.value
        return true
    }

    /// Gives the place to the one that waits longest.
    func leave() {
        let next = state.withLock { state -> OnceAnswer<Void>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.inside -= 1
            return nil
        }
        next?.give(())
    }
}
