internal import Synchronization

/// Lets one through at a time, in the order in which they came.
package final class Turns: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [Waiter] = []
        var lastNumber: UInt64 = 0
    }

    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let state = Mutex(State())

    package init() {}

    /// How many wait behind the one whose turn it is.
    package var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Returns when it is the caller's turn, which lasts until it calls `leave`. Throws, and leaves nothing to be done, when the
    /// caller's task is cancelled before.
    package func enter() async throws {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wait(Waiter(number: number, continuation: $0)) }
        } onCancel: {
            give(up: number)
        }
    }

    /// The next one's turn begins.
    package func leave() {
        let next = state.withLock { state in
            state.isTaken = !state.waiting.isEmpty
            return state.isTaken ? state.waiting.removeFirst() : nil
        }
        next?.continuation.resume()
    }

    private func wait(_ waiter: Waiter) {
        let result: Result<Void, any Error>? = state.withLock { state in
            // Whoever is cancelled from here on is found among those that wait.
            if Task.isCancelled { return .failure(CancellationError()) }
            guard state.isTaken else {
                state.isTaken = true
                return .success(())
            }
            state.waiting.append(waiter)
            return nil
        }
        if let result { waiter.continuation.resume(with: result) }
    }

    private func give(up number: UInt64) {
        let waiter = state.withLock { state in
            state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
