import DeviceProtocol
import Foundation
import ServerCore
import ServerStore
import Testing

@Suite struct PresenceTests {
    private func presence(_ server: TestServer, _ uid: DeviceUID) async throws -> DevicePresence {
        let record = try await server.queries.device(uid).record
        return DevicePresence(record.contact, standing: record.standing, now: server.clock.now)
    }

    @Test("a device is new, periodic, silent, and never assumed to be anything", .tags(.R02))
    func periodic() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            #expect(try await presence(server, device.uid) == .new)
            try await device.report()
            let seen = server.clock.now
            #expect(try await presence(server, device.uid) == .periodic(next: seen + 900_000_000))
            server.clock.advance(seconds: 980)
            #expect(try await presence(server, device.uid).name == "periodic")
            server.clock.advance(seconds: 20)
            #expect(try await presence(server, device.uid) == .silent(since: seen))
        }
    }

    @Test("a session shows since when it stands, and its end who replaced nothing", .tags(.R03))
    func connected() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            let old = TestDevice(server, uid, connection: 1, transport: .webSocket)
            let new = TestDevice(server, uid, connection: 2, transport: .webSocket)
            await server.sync.connected(old.peer)
            #expect(try await presence(server, uid) == .connected(since: server.clock.now))
            server.clock.advance(seconds: 5)
            await server.sync.connected(new.peer)
            await server.sync.disconnected(old.peer, reason: "replaced")
            #expect(server.sync.isConnected(uid))
            #expect(try await presence(server, uid) == .connected(since: server.clock.now))
            await server.sync.disconnected(new.peer, reason: "no answer to pings")
            #expect(!server.sync.isConnected(uid))
            let contact = try await server.queries.device(uid).record.contact
            #expect(contact.mode == "periodic" && contact.disconnectReason == "no answer to pings")
        }
    }

    @Test("a server that starts again holds no sessions", .tags(.R03))
    func restarted() async throws {
        try await TestServer.run { server in
            let device = TestDevice(server, try await server.addDevice(), transport: .webSocket)
            await server.sync.connected(device.peer)
            _ = try await StorePreparation.prepare(server.store, now: server.clock.now)
            let contact = try await server.queries.device(device.uid).record.contact
            #expect(contact.node == nil && contact.disconnectReason == "the server was restarted")
        }
    }

    @Test("an off notice shows why, unless something newer was seen", .tags(.R08))
    func off() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            _ = try await device.exchange { _, frame in
                frame.startCounter = 5
                frame.startID = Data(repeating: 5, count: 8)
            }
            try await server.sync.off(device.uid, startCounter: 4, counter: 100, reason: .hostShutdown)
            #expect(try await presence(server, device.uid).name == "periodic")
            server.clock.advance(seconds: 1)
            let first = try await server.sync.off(
                device.uid, startCounter: 5, counter: 100, reason: .hostShutdown)
            let again = try await server.sync.off(
                device.uid, startCounter: 5, counter: 100, reason: .hostShutdown)
            #expect(first && !again)
            #expect(try await presence(server, device.uid) == .off(reason: "host shutdown", since: server.clock.now))
            // A repetition, and a mark from before the notice, change nothing.
            server.clock.advance(seconds: 1)
            try await server.sync.off(device.uid, startCounter: 5, counter: 100, reason: .agentStopped)
            #expect(
                try await presence(server, device.uid)
                    == .off(reason: "host shutdown", since: server.clock.now - 1_000_000))
            _ = try await device.exchange()
            try await server.writer.flush()
            #expect(try await presence(server, device.uid).name == "periodic")
        }
    }
}
