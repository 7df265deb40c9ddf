import Dispatch
import Synchronization

/// Holds a transaction open until the test has arranged what should happen meanwhile.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let entered = Atomic(false)

    /// Whether somebody stands at the gate, or has passed it.
    var isEntered: Bool { entered.load(ordering: .acquiring) }

    func open() { semaphore.signal() }

    /// Called inside a transaction, which runs on a thread of the store's own. False when nobody opened it in time.
    func pass() -> Bool {
        entered.store(true, ordering: .releasing)
        return semaphore.wait(timeout: .now() + 30) == .success
    }
}
