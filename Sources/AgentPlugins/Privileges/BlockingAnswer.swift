internal import Glibc
internal import Synchronization

/// An answer that a thread waits for, given once by another one.
final class BlockingAnswer<Value: Sendable>: Sendable {
    private let given = Mutex<Value?>(nil)
    /// Written once, before another thread has it; what it points to is made for several threads.
    private nonisolated(unsafe) let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    func give(_ value: Value) {
        given.withLock { $0 = value }
        sem_post(semaphore)
    }

    func wait() -> Value {
        while true {
            if let value = given.withLock({ $0 }) { return value }
            sem_wait(semaphore)
        }
    }
}
