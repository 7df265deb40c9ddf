import DeviceProtocol
import ServerStore
import Synchronization

/// Facts by device, and what was said on its connections.
///
/// Facts read before an invalidation are never kept: every change of rows that facts copy ends with `invalidate`.
final class DeviceFactsCache: Sendable {
    private struct Entry {
        var generation: UInt64 = 0
        var facts: DeviceFacts?
        var connections: [UInt64: ConnectionMemory] = [:]
    }

    /// Connections remembered per device; the least recently used goes first.
    private static let connectionsPerDevice = 4

    private let store: any SQLStore
    private let clock: ServerClock
    private let entries = Mutex<[DeviceUID: Entry]>([:])

    init(store: any SQLStore, clock: ServerClock) {
        self.store = store
        self.clock = clock
    }

    /// nil when the store has no such device.
    func facts(of uid: DeviceUID) async throws -> DeviceFacts? {
        let (known, generation) = entries.withLock { ($0[uid]?.facts, $0[uid]?.generation ?? 0) }
        if let known { return known }
        let now = clock.now()
        guard let loaded = try await store.read({ try DeviceFacts.load(uid, from: $0, now: now) }) else { return nil }
        entries.withLock { entries in
            if entries[uid]?.generation ?? 0 == generation { entries[uid, default: Entry()].facts = loaded }
        }
        return loaded
    }

    func invalidate(_ devices: some Sequence<DeviceUID>) {
        entries.withLock { entries in
            for uid in devices {
                entries[uid, default: Entry()].generation &+= 1
                entries[uid]?.facts = nil
            }
        }
    }

    /// For changes that may touch any device.
    func invalidateAll() {
        entries.withLock { entries in
            for uid in entries.keys {
                entries[uid]?.generation &+= 1
                entries[uid]?.facts = nil
            }
        }
    }

    func withMemory<T>(of peer: DevicePeer, now: Int64, _ body: (inout ConnectionMemory) -> T) -> T {
        entries.withLock { entries in
            var entry = entries[peer.uid] ?? Entry()
            var memory = entry.connections[peer.connection] ?? ConnectionMemory()
            memory.lastUsed = now
            let result = body(&memory)
            entry.connections[peer.connection] = memory
            while entry.connections.count > Self.connectionsPerDevice,
                let oldest = entry.connections.min(by: { $0.value.lastUsed < $1.value.lastUsed })?.key
            {
                entry.connections[oldest] = nil
            }
            entries[peer.uid] = entry
            return result
        }
    }

    func forget(_ peer: DevicePeer) {
        entries.withLock { $0[peer.uid]?.connections[peer.connection] = nil }
    }
}
