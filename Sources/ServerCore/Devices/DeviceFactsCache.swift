import DeviceProtocol
import ServerStore
import Synchronization

/// Facts by device, and what was said on its connections.
///
/// Facts read before an invalidation are never kept: every change of rows that facts copy ends with `invalidate`, or with a `keep`.
/// Bounded: beyond `limit` devices, those go first that hold no connection and were not asked for the longest.
final class DeviceFactsCache: Sendable {
    private struct Entry {
        /// Facts whose loading began before this are not taken any more.
        var invalidated: UInt64
        var used: UInt64
        var facts: Held?
        var connections: [UInt64: ConnectionMemory] = [:]
    }

    /// Apart from the table, which has a place for many more than there are.
    private final class Held: Sendable {
        let facts: DeviceFacts
        /// When their loading began.
        let begun: UInt64
        init(_ facts: DeviceFacts, begun: UInt64) {
            self.facts = facts
            self.begun = begun
        }
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
            entry.facts = Held(loaded, begun: begun)
            state.entries[uid] = entry
        }
        return loaded
    }

    /// To be asked within a transaction, of what is read in it.
    func moment() -> UInt64 { state.withLock { $0.tick() } }

    /// In place of an invalidation: the facts as the transaction left them that has just been committed, and when it read them.
    func keep(_ facts: DeviceFacts, asOf begun: UInt64) {
        state.withLock { state in
            var entry = state.entry(of: facts.uid, limit: limit)
            // A later transaction of the same commit changed the device, too.
            entry.facts = entry.invalidated < begun ? Held(facts, begun: begun) : nil
            entry.invalidated = state.tick()
            state.entries[facts.uid] = entry
        }
    }

    /// In place of an invalidation: nothing was changed but these devices' documents, by a transaction that has just been committed.
    func keep(_ documents: CompiledDocuments) {
        state.withLock { state in
            let tick = state.tick()
            for (uid, hash) in documents.hashes {
                guard var entry = state.entries[uid] else {
                    state.floor = tick
                    continue
                }
                entry.invalidated = tick
                // Facts whose loading began since may know of the document, of a later one, or of neither.
                if let held = entry.facts, held.begun < documents.moment {
                    var facts = held.facts
                    facts.documentHash = hash
                    entry.facts = Held(facts, begun: documents.moment)
                } else {
                    entry.facts = nil
                }
                state.entries[uid] = entry
            }
        }
    }

    /// In place of an invalidation: nothing was changed but that these orders were queued, each the newest of its device, by a
    /// transaction that has just been committed. `moment`: within it, before.
    func add(_ orders: [(device: DeviceUID, order: PendingOrder)], asOf moment: UInt64) {
        state.withLock { state in
            let tick = state.tick()
            for (uid, order) in orders {
                guard var entry = state.entries[uid] else {
                    state.floor = tick
                    continue
                }
                entry.invalidated = tick
                // Facts whose loading began since may know of the order, or not; what began before may have been late to read it.
                if let held = entry.facts, held.begun < moment, held.facts.pendingOrders.count < DeviceFacts.mostOrders
                {
                    var facts = held.facts
                    if !facts.pendingOrders.contains(where: { $0.id == order.id }) { facts.pendingOrders.append(order) }
                    entry.facts = Held(facts, begun: moment)
                } else {
                    entry.facts = nil
                }
                state.entries[uid] = entry
            }
        }
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

    /// A connection has ended. Of a device that held it for long, and holds no other, nothing is kept: one that comes by itself comes
    /// again soon.
    func forget(_ peer: DevicePeer) {
        state.withLock { state in
            guard var entry = state.entries[peer.uid] else { return }
            entry.connections[peer.connection] = nil
            if peer.transport == .webSocket, entry.connections.isEmpty {
                state.floor = max(state.floor, entry.invalidated)
                state.entries.removeShrinking(peer.uid)
            } else {
                state.entries[peer.uid] = entry
            }
        }
    }
}
