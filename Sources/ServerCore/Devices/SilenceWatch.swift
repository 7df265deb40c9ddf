package import DeviceProtocol
package import ServerStore
import Synchronization

/// Tells of devices that fell silent, and that they came back: each once, whether or not anybody asks, and across
/// restarts of the server, for what was told is stored with the event that tells it.
package final class SilenceWatch: Sendable {
    /// Devices that one transaction tells of.
    static let slice = 200
    /// Rounds further apart than this mean that the server did not listen in between (its host slept), in µs.
    /// No device may be later than such a pause is long without being looked at anew.
    static let longestPause = DevicePresence.leastLateness

    private struct State {
        var rule: SilenceRule
        var lastRound: Int64
    }

    private let store: any SQLStore
    private let writer: GroupedWriter
    private let feed: ChangeFeed
    private let epoch: Identifier
    private let clock: ServerClock
    private let state: Mutex<State>

    /// To be made when the server begins to listen. `feed` is signalled after an event was stored; `epoch` is the store's.
    package init(
        store: any SQLStore, writer: GroupedWriter, feed: ChangeFeed, epoch: Identifier, clock: ServerClock = .system
    ) {
        self.store = store
        self.writer = writer
        self.feed = feed
        self.epoch = epoch
        self.clock = clock
        let now = clock.now()
        state = Mutex(State(rule: SilenceRule(listeningSince: now), lastRound: now))
    }

    /// Returns how many devices were told of. To be called more often than every `longestPause`.
    @discardableResult
    package func look() async throws -> Int {
        let now = clock.now()
        let rule = state.withLock { state in
            if abs(now - state.lastRound) > Self.longestPause { state.rule.listeningSince = now }
            state.lastRound = now
            return state.rule
        }
        // What was heard and waits to be written counts.
        try await writer.flush()
        let told = try await tellReturned(now) + tellSilent(rule, now)
        if told > 0 { feed.signal() }
        return told
    }

    private func tellReturned(_ now: Int64) async throws -> Int {
        var sum = 0
        while try await store.read({ try !SilenceWriter.silenceEnded(atMost: 1, in: $0).isEmpty }) {
            let (seen, told) = try await writer.submit(rows: Self.slice * 2) { [epoch] in
                try SilenceWriter(epoch: epoch, now: now, transaction: $0).returned(atMost: Self.slice)
            }
            sum += told
            guard seen == Self.slice else { break }
        }
        return sum
    }

    private func tellSilent(_ rule: SilenceRule, _ now: Int64) async throws -> Int {
        var sum = 0
        var last: [UInt8] = []
        while true {
            let after = last
            let found = try await store.read { reader in
                try SilenceCandidate.all(after: after, now: now, limit: Self.slice, in: reader).map {
                    (uid: $0.uid, isDue: try $0.silence(by: rule, now: now, in: reader) != nil)
                }
            }
            let due = found.filter(\.isDue).map(\.uid)
            if !due.isEmpty {
                sum += try await writer.submit(rows: due.count * 2) { [epoch] in
                    try SilenceWriter(epoch: epoch, now: now, transaction: $0).silent(due, by: rule)
                }
            }
            guard found.count == Self.slice, let end = found.last?.uid else { return sum }
            last = end
        }
    }
}
