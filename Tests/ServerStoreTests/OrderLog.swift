import Synchronization

/// What happened, in its order.
final class OrderLog: Sendable {
    private let log = Mutex<[String]>([])

    func add(_ entry: String) { log.withLock { $0.append(entry) } }
    var entries: [String] { log.withLock { $0 } }
}
