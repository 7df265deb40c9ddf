import DeviceProtocol
import Synchronization

/// Of which operators' tokens it was noted lately that they were used; a note a minute is enough, and a restart may forget it.
final class TokenUses: Sendable {
    /// Microseconds.
    static let interval: Int64 = 60 * 1_000_000
    private static let most = 1_000

    private let noted = Mutex<[Identifier: Int64]>([:])

    /// Whether this use is to be noted; it counts as noted then.
    func isDue(_ token: Identifier, now: Int64) -> Bool {
        noted.withLock { noted in
            if let last = noted[token], last <= now, now - last < Self.interval { return false }
            // Of tokens that are gone by now, mostly.
            if noted.count >= Self.most { noted.removeAll() }
            noted[token] = now
            return true
        }
    }
}
