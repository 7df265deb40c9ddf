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

    func close() throws {}
}
