import Dispatch

/// Holds a transaction open until the test has arranged what should happen meanwhile.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func open() { semaphore.signal() }

    /// Called inside a transaction, which runs on a thread of the store's own. False when nobody opened it in time.
    func pass() -> Bool { semaphore.wait(timeout: .now() + 30) == .success }
}
