import DeviceProtocol
import Foundation
import ServerStore
import Testing

@testable import ServerCore

@Suite struct DeviceFactsCacheTests {
    @Test("what is remembered of devices is bounded; those that hold a connection stay")
    func bounded() async throws {
        try await TestServer.run { server in
            let cache = DeviceFactsCache(store: server.store, clock: server.clock.clock, limit: 16)
            let devices = try await (0..<40).asyncMap { _ in try await server.addDevice() }
            let peer = DevicePeer(uid: devices[0], address: "10.0.0.1", transport: .webSocket, connection: 7)
            cache.withMemory(of: peer, now: 1) { $0.sentKeyID = 5 }
            for device in devices {
                #expect(try await cache.facts(of: device) != nil)
                #expect(cache.count <= 16)
            }
            #expect(cache.withMemory(of: peer, now: 2) { $0.sentKeyID } == 5)
            cache.invalidate((0..<1_000).map { _ in DeviceUID.make(now: server.clock.now) })
            #expect(cache.count <= 16)
        }
    }

    @Test("facts read before an invalidation are not kept, also when the device's entry was dropped in between")
    func invalidationOfADroppedEntry() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let gated = GatedStore(server.store)
            let cache = DeviceFactsCache(store: gated, clock: server.clock.clock, limit: 1)
            async let old = cache.facts(of: device)
            await gated.reading()
            try await server.store.write { try $0.execute("UPDATE devices SET standing = 'revoked'") }
            cache.invalidate([device])
            // Another device takes the only place.
            let peer = DevicePeer(
                uid: DeviceUID.make(now: 1), address: "10.0.0.1", transport: .http, connection: 1)
            cache.withMemory(of: peer, now: 1) { _ in }
            gated.open()
            #expect(try await old?.standing == .active)
            #expect(try await cache.facts(of: device)?.standing == .revoked)
        }
    }

    @Test("facts of a device that went, read before it was changed, are not kept")
    func readingOvertakenByLeaving() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let gated = GatedStore(server.store)
            let cache = DeviceFactsCache(store: gated, clock: server.clock.clock)
            let peer = DevicePeer(uid: device, address: "10.0.0.1", transport: .webSocket, connection: 1)
            cache.withMemory(of: peer, now: 1) { _ in }
            async let old = cache.facts(of: device)
            await gated.reading()
            try await server.store.write { _ = try $0.execute("UPDATE devices SET standing = 'revoked'") }
            cache.invalidate([device])
            cache.forget(peer)
            gated.open()
            #expect(try await old?.standing == .active)
            #expect(try await cache.facts(of: device)?.standing == .revoked)
        }
    }

    private func facts(of device: DeviceUID, hash: [UInt8]? = nil) -> DeviceFacts {
        var facts = DeviceFacts.unmet(device, intents: DeviceIntents(layers: []), udpKeyID: 1)
        facts.documentHash = hash
        return facts
    }

    /// A cache over a store that has no devices: what it finds is what it was given.
    private func withEmptyCache(_ body: (DeviceFactsCache, DeviceUID) async throws -> Void) async throws {
        try await TestServer.run { server in
            try await body(
                DeviceFactsCache(store: server.store, clock: server.clock.clock), DeviceUID.make(now: server.clock.now))
        }
    }

    @Test("facts that a transaction read are kept, unless the device was changed after that")
    func factsOfATransaction() async throws {
        try await withEmptyCache { (cache, device) async throws in
            cache.keep(facts(of: device), asOf: cache.moment())
            #expect(try await cache.facts(of: device) != nil)
            let moment = cache.moment()
            // A later submission of the same commit.
            cache.invalidate([device])
            cache.keep(facts(of: device), asOf: moment)
            #expect(try await cache.facts(of: device) == nil)
        }
    }

    @Test("facts whose reading began before a transaction's are not kept after them")
    func readingOvertakenByATransaction() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let gated = GatedStore(server.store)
            let cache = DeviceFactsCache(store: gated, clock: server.clock.clock)
            async let old = cache.facts(of: device)
            await gated.reading()
            cache.keep(facts(of: device, hash: [7]), asOf: cache.moment())
            gated.open()
            _ = try await old
            #expect(try await cache.facts(of: device)?.documentHash == [7])
        }
    }

    @Test("an order is added to facts that were read before it, once, and drops those that were read meanwhile")
    func newOrder() async throws {
        try await withEmptyCache { (cache, device) async throws in
            let orders = (1...4).map { PendingOrder(id: .make(now: $0), expires: .max, body: [UInt8($0)]) }
            cache.keep(facts(of: device), asOf: cache.moment())
            for order in orders[0..<2] { cache.add([(device, order)], asOf: cache.moment()) }
            #expect(try await cache.facts(of: device)?.pendingOrders == Array(orders[0..<2]))

            // Facts that may have the order already.
            let moment = cache.moment()
            cache.keep(facts(of: device), asOf: cache.moment())
            cache.add([(device, orders[2])], asOf: moment)
            #expect(try await cache.facts(of: device) == nil)

            // Another's, whose transaction was earlier and who comes later: the facts are without its order.
            cache.keep(facts(of: device), asOf: cache.moment())
            let (earlier, later) = (cache.moment(), cache.moment())
            cache.add([(device, orders[3])], asOf: later)
            cache.add([(device, orders[2])], asOf: earlier)
            #expect(try await cache.facts(of: device) == nil)
        }
    }

    @Test("an order that a reading saw, which began before its transaction, is not there twice")
    func orderThatWasRead() async throws {
        try await withEmptyCache { (cache, device) async throws in
            let order = PendingOrder(id: .make(now: 1), expires: .max, body: [])
            let (reading, transaction) = (cache.moment(), cache.moment())
            var facts = facts(of: device)
            facts.pendingOrders = [order]
            cache.keep(facts, asOf: reading)
            cache.add([(device, order)], asOf: transaction)
            #expect(try await cache.facts(of: device)?.pendingOrders == [order])
        }
    }

    @Test("where as many orders are known as are at once, they are read anew: some may have expired")
    func manyOrders() async throws {
        try await withEmptyCache { (cache, device) async throws in
            cache.keep(facts(of: device), asOf: cache.moment())
            func add(_ count: Int) {
                for number in 0..<Int64(count) {
                    cache.add(
                        [(device, PendingOrder(id: .make(now: number), expires: 1, body: []))], asOf: cache.moment())
                }
            }
            add(DeviceFacts.mostOrders)
            #expect(try await cache.facts(of: device)?.pendingOrders.count == DeviceFacts.mostOrders)
            add(1)
            #expect(try await cache.facts(of: device) == nil)
        }
    }

    @Test("a new document changes the hash in facts that were read before it, and drops those that were read meanwhile")
    func newDocument() async throws {
        try await withEmptyCache { (cache, device) async throws in
            cache.keep(facts(of: device, hash: [1]), asOf: cache.moment())
            cache.keep(CompiledDocuments(moment: cache.moment(), hashes: [device: [2]]))
            #expect(try await cache.facts(of: device)?.documentHash == [2])

            // Another refresher's, whose transaction was earlier and who comes later.
            let (earlier, later) = (cache.moment(), cache.moment())
            cache.keep(CompiledDocuments(moment: later, hashes: [device: [4]]))
            cache.keep(CompiledDocuments(moment: earlier, hashes: [device: [3]]))
            #expect(try await cache.facts(of: device) == nil)
        }
    }

    @Test("of a device whose only kept connection ends nothing stays; one that comes by itself stays")
    func forgotten() async throws {
        try await withEmptyCache { (cache, device) async throws in
            let held = DevicePeer(uid: device, address: "10.0.0.1", transport: .webSocket, connection: 7)
            cache.keep(facts(of: device), asOf: cache.moment())
            cache.withMemory(of: held, now: 1) { $0.sentKeyID = 5 }
            cache.forget(held)
            #expect(cache.count == 0)

            let short = DevicePeer(uid: device, address: "10.0.0.1", transport: .http, connection: 8)
            cache.keep(facts(of: device), asOf: cache.moment())
            cache.withMemory(of: short, now: 1) { $0.sentKeyID = 5 }
            cache.forget(short)
            #expect(try await cache.facts(of: device) != nil)
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var result: [T] = []
        for element in self { result.append(try await transform(element)) }
        return result
    }
}

/// A store whose first read's result is held back.
private final class GatedStore: SQLStore {
    let store: any SQLStore
    private let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
    private let (opened, opening) = AsyncStream.makeStream(of: Void.self)

    init(_ store: any SQLStore) { self.store = store }

    var dialect: SQLDialect { store.dialect }
    func reading() async { for await _ in begun { return } }
    func open() { opening.finish() }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLReader) throws -> T) async throws -> T {
        let result = try await store.read(body)
        beginning.yield()
        for await _ in opened {}
        return result
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLTransaction) throws -> T) async throws -> T {
        try await store.write(body)
    }

    func freeMemory() {}
    func close() throws {}
}
