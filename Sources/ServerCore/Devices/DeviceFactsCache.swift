import DeviceProtocol
import ServerStore
import Synchronization

/// Facts by device, and what was said on its connections.
///
/// Facts read before an invalidation are never kept: every change of rows that facts copy ends with `invalidate`.
/// Bounded: beyond `limit` devices, those go first that hold no connection and were not asked for the longest.
final class DeviceFactsCache: Sendable {
    private struct Entry {
        /// Facts whose loading began before this are void.
        var invalidated: UInt64
        var used: UInt64
        var facts: Held?
        var connections: [UInt64: ConnectionMemory] = [:]
    }

    /// Apart from the table, which has a place for many more than there are.
    private final class Held: Sendable {
        let facts: DeviceFacts
        init(_ facts: DeviceFacts) { self.facts = facts }
    }

    private struct State {
        var entries: [DeviceUID: Entry] = [:]
        /// Counts loads, invalidations and uses, in the order in which they happened.
        var ticks: UInt64 = 0
        /// The `invalidated` of devices without an entry.
        var floor: UInt64 = 0

        mutating func tick() -> UInt64 {
            ticks += 1
            return ticks
        }

        /// The device's entry, marked as used, to be put back; there is room for it.
        mutating func entry(of uid: DeviceUID, limit: Int) -> Entry {
            if entries[uid] == nil, entries.count >= limit { makeRoom(limit: limit) }
            var entry = entries[uid] ?? Entry(invalidated: floor, used: 0)
            entry.used = tick()
            return entry
        }

        /// An eighth goes at once, so that the search for the oldest is paid by many.
        private mutating func makeRoom(limit: Int) {
            let rank = { (entry: Entry) in (entry.connections.isEmpty ? 0 : 1, entry.used) }
            let order = entries.sorted { rank($0.value) < rank($1.value) }
            for (uid, entry) in order.prefix(max(1, limit / 8)) {
                floor = max(floor, entry.invalidated)
                entries[uid] = nil
            }
        }
    }

    /// Connections remembered per device; the least recently used goes first.
    private static let connectionsPerDevice = 4
    /// More than the connections that a server keeps by default, which would otherwise be told everything again.
    static let usualLimit = 150_000

    private let store: any SQLStore
    private let clock: ServerClock
    private let limit: Int
    private let state = Mutex(State())

    init(store: any SQLStore, clock: ServerClock, limit: Int = usualLimit) {
        self.store = store
        self.clock = clock
        self.limit = limit
    }

    /// Devices of which something is held.
    var count: Int { state.withLock { $0.entries.count } }

    /// nil when the store has no such device.
    func facts(of uid: DeviceUID) async throws -> DeviceFacts? {
        let (known, begun) = state.withLock { state in
            let tick = state.tick()
            state.entries[uid]?.used = tick
            return (state.entries[uid]?.facts, tick)
        }
        if let known { return known.facts }
        let now = clock.now()
        guard let loaded = try await store.read({ try DeviceFacts.load(uid, from: $0, now: now) }) else { return nil }
        state.withLock { state in
            guard state.entries[uid]?.invalidated ?? state.floor < begun else { return }
            var entry = state.entry(of: uid, limit: limit)
            entry.facts = Held(loaded)
            state.entries[uid] = entry
        }
        return loaded
    }

    func invalidate(_ devices: some Sequence<DeviceUID>) {
        state.withLock { state in
            let tick = state.tick()
            for uid in devices {
                guard state.entries[uid] != nil else {
                    state.floor = tick
                    continue
                }
                state.entries[uid]?.invalidated = tick
                state.entries[uid]?.facts = nil
            }
        }
    }

    /// For changes that may touch any device.
    func invalidateAll() {
        state.withLock { state in
            state.floor = state.tick()
            for uid in state.entries.keys {
                state.entries[uid]?.invalidated = state.floor
                state.entries[uid]?.facts = nil
            }
        }
    }

    func withMemory<T>(of peer: DevicePeer, now: Int64, _ body: (inout ConnectionMemory) -> T) -> T {
        state.withLock { state in
            var entry = state.entry(of: peer.uid, limit: limit)
            var memory = entry.connections[peer.connection] ?? ConnectionMemory()
            memory.lastUsed = now
            let result = body(&memory)
            entry.connections[peer.connection] = memory
            while entry.connections.count > Self.connectionsPerDevice,
                let oldest = entry.connections.min(by: { $0.value.lastUsed < $1.value.lastUsed })?.key
            {
                entry.connections[oldest] = nil
            }
            state.entries[peer.uid] = entry
            return result
        }
    }

    func forget(_ peer: DevicePeer) {
        state.withLock { $0.entries[peer.uid]?.connections[peer.connection] = nil }
    }
}
