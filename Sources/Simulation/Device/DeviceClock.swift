import Synchronization

/// A device's wall clock: the true time, wrong by an amount that may change at any moment.
final class DeviceClock: Sendable {
    private let time: VirtualTime
    private let error: Atomic<Int64>

    init(_ time: VirtualTime, error: Int64) {
        self.time = time
        self.error = Atomic(error)
    }

    var now: Int64 { time.now + error.load(ordering: .relaxed) }

    /// The clock that nobody sets.
    var steady: Int64 { time.now - VirtualTime.start }

    func jump(by microseconds: Int64) { error.add(microseconds, ordering: .relaxed) }
}
