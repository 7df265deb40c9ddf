import DesiredState
import DeviceProtocol
import Foundation
import ServerStore
import SwiftProtobuf
import Testing

@testable import ServerCore

@Suite struct SilenceTests {
    private static let minute: Int64 = 60

    private func watch(_ server: TestServer) async throws -> SilenceWatch {
        SilenceWatch(
            store: server.store, writer: server.writer, feed: server.sync.eventFeed,
            epoch: try await ServerIdentity.load(server.store, now: server.clock.now).storeEpoch,
            clock: server.clock.clock)
    }

    /// Lets time pass with a look every minute, as the server does. Returns how many were told of.
    private func pass(_ minutes: Int, _ watch: SilenceWatch, _ server: TestServer) async throws -> Int {
        var told = 0
        for _ in 0..<minutes {
            server.clock.advance(seconds: Self.minute)
            told += try await watch.look()
        }
        return told
    }

    /// Oldest first.
    private func events(_ server: TestServer) async throws -> [EventRecord] {
        try await server.queries.events(EventFilter(), above: 0, limit: 100) { _ in true }?.events ?? []
    }

    @Test("a device that falls silent is told once, and once that it came back", .tags(.R02))
    func once() async throws {
        try await TestServer.run { server in
            let watch = try await watch(server)
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            // 15 minutes, and 90 s of lateness.
            #expect(try await pass(16, watch, server) == 0)
            #expect(try await events(server).isEmpty)
            #expect(try await pass(1, watch, server) == 1)
            #expect(try await pass(60, watch, server) == 0)
            let silent = try #require(try await events(server).first)
            #expect(silent.type == "device.silent" && silent.application == "martlet.server")
            #expect(silent.device == device.uid && silent.severity == .failure && silent.hostname == "web-1")
            #expect(silent.text.hasPrefix("not heard of for 17 min; its sync interval is 15 min; "))
            #expect(silent.data == ["silentSeconds": 1_020, "syncIntervalSeconds": 900])
            _ = try await device.exchange()
            #expect(try await pass(5, watch, server) == 1)
            let all = try await events(server)
            #expect(all.map(\.type) == ["device.silent", "device.returned"])
            #expect(all.last?.severity == .info && all.last?.text == "heard of again after 78 min")
            // And again, under numbers of their own.
            #expect(try await pass(20, watch, server) == 1)
            #expect(try await events(server).map(\.number) == [1, 2, 3])
        }
    }

    @Test("a device that uses the store's own epoch neither stops the server nor takes its numbers", .tags(.R02, .R16))
    func hostile() async throws {
        try await TestServer.run { server in
            let watch = try await watch(server)
            let epoch = try await ServerIdentity.load(server.store, now: server.clock.now).storeEpoch
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            for stream in [WireEventStream.urgent, .normal] {
                _ = try await device.exchange { _, frame in
                    var chain = EventChain()
                    frame.events = [
                        .with {
                            $0.stream = stream
                            $0.epoch = Data(epoch.bytes)
                            $0.events = [TestDevice.event(UInt64(Int64.max), &chain)]
                        }
                    ]
                }
            }
            #expect(try await pass(17, watch, server) == 1)
            let told = try #require(try await events(server).first { $0.type == "device.silent" })
            #expect(told.number == 1 && told.stream == Int64(WireEventStream.unspecified.rawValue))
        }
    }

    @Test("a device that was to come while the server listened is silent, however young the server is", .tags(.R02))
    func youngServer() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            server.clock.advance(seconds: 14 * Self.minute)
            let watch = try await watch(server)
            #expect(try await pass(2, watch, server) == 0)
            #expect(try await pass(1, watch, server) == 1)
        }
    }

    @Test("who waits for events is told of a silence", .tags(.R02))
    func feed() async throws {
        try await TestServer.run { server in
            let watch = try await watch(server)
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            async let seen = server.sync.eventFeed.wait(
                .seconds(20), for: { try await server.count("events") }, until: { $0 > 0 })
            #expect(try await pass(17, watch, server) == 1)
            #expect(try await seen == 1)
        }
    }

    @Test("a server that starts again tells nothing twice, and does not forget who was silent", .tags(.R02))
    func restarted() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            #expect(try await pass(17, watch(server), server) == 1)
            let second = try await watch(server)
            #expect(try await pass(60, second, server) == 0)
            _ = try await device.exchange()
            #expect(try await pass(1, watch(server), server) == 1)
            #expect(try await pass(10, second, server) == 0)
            #expect(try await events(server).map(\.type) == ["device.silent", "device.returned"])
        }
    }

    @Test("a server that was down, or asleep, first gives every device the time of its interval", .tags(.R02))
    func graceful() async throws {
        try await TestServer.run { server in
            var quick = TestDevice(server, try await server.addDevice())
            var slow = TestDevice(server, try await server.addDevice())
            try await server.apply(Self.device(slow.uid, interval: "1h"))
            try await quick.report()
            try await slow.report()
            server.clock.advance(seconds: 5 * 3_600)
            let watch = try await watch(server)
            #expect(try await pass(16, watch, server) == 0)
            // Its host sleeps.
            server.clock.advance(seconds: 3_600)
            #expect(try await pass(16, watch, server) == 0)
            #expect(try await pass(2, watch, server) == 1)
            #expect(try await events(server).map(\.device) == [quick.uid])
            #expect(try await pass(40, watch, server) == 0)
            #expect(try await pass(20, watch, server) == 1)
            #expect(try await events(server).map(\.device) == [quick.uid, slow.uid])
        }
    }

    @Test("a device whose connection the server's restart ended has its interval to come again", .tags(.R02, .R03))
    func connected() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice(), transport: .webSocket)
            await server.sync.connected(device.peer)
            try await device.report()
            let first = try await watch(server)
            #expect(try await pass(120, first, server) == 0)
            _ = try await StorePreparation.prepare(server.store, now: server.clock.now)
            let second = try await watch(server)
            #expect(try await pass(16, second, server) == 0)
            #expect(try await pass(2, second, server) == 1)
        }
    }

    @Test("a device that is off, revoked or was never heard of is not called silent", .tags(.R02, .R08))
    func excused() async throws {
        try await TestServer.run { server in
            let watch = try await watch(server)
            var off = TestDevice(server, try await server.addDevice())
            var revoked = TestDevice(server, try await server.addDevice())
            _ = try await server.addDevice()
            try await off.report()
            try await revoked.report()
            #expect(try await server.sync.off(off.uid, startCounter: 1, counter: 1, reason: .hostShutdown))
            try await stand(.revoked, revoked.uid, server)
            #expect(try await pass(60, watch, server) == 0)
            // Revoked while it is silent: its return is nobody's business.
            try await stand(.active, revoked.uid, server)
            #expect(try await pass(1, watch, server) == 1)
            try await stand(.revoked, revoked.uid, server)
            #expect(try await pass(2, watch, server) == 0)
            #expect(try await events(server).map(\.type) == ["device.silent"])
            #expect(try await server.count("devices WHERE silent_since IS NOT NULL") == 0)
        }
    }

    @Test("a fleet of more than one transaction is told of whole")
    func many() async throws {
        try await TestServer.run { server in
            let watch = try await watch(server)
            let seen = server.clock.now
            try await server.store.write { transaction in
                for _ in 0..<SilenceWatch.slice * 2 + 1 {
                    try transaction.execute(
                        """
                        INSERT INTO devices (uid, group_name, standing, enrolled_at, last_seen_at, next_sync_at)
                        VALUES ($1, 'root', 'active', $2, $2, $2)
                        """, [.blob(DeviceUID.make(now: seen).bytes), .integer(seen)])
                }
            }
            #expect(try await pass(17, watch, server) == SilenceWatch.slice * 2 + 1)
            let again = server.clock.now
            try await server.store.write { transaction in
                try transaction.execute(
                    "UPDATE devices SET last_seen_at = $1, next_sync_at = $1 + 900000000", [.integer(again)])
            }
            #expect(try await pass(1, watch, server) == SilenceWatch.slice * 2 + 1)
            #expect(try await server.count("events WHERE type = 'device.returned'") == SilenceWatch.slice * 2 + 1)
        }
    }

    private func stand(_ standing: DeviceStanding, _ uid: DeviceUID, _ server: TestServer) async throws {
        try await server.store.write {
            try $0.execute(
                "UPDATE devices SET standing = $2 WHERE uid = $1", [.blob(uid.bytes), .text(standing.rawValue)])
        }
    }

    private static func device(_ uid: DeviceUID, interval: String) -> String {
        """
        apiVersion: martlet/v1
        kind: Device
        metadata: {name: "\(uid)"}
        spec: {group: root, syncInterval: \(interval)}
        """
    }
}
