import ServerCore
import Synchronization

/// Time that moves when the test says so.
final class TestClock: Sendable {
    static let start: Int64 = 1_790_000_000_000_000
    private let time = Mutex(start)

    var now: Int64 { time.withLock { $0 } }
    func advance(seconds: Int64) { time.withLock { $0 += seconds * 1_000_000 } }
    func advance(microseconds: Int64) { time.withLock { $0 += microseconds } }
    var clock: ServerClock { ServerClock { [self] in now } }
}
