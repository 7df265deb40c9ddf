import DeviceProtocol
import Logging
import OpAMP
import SwiftProtobuf
import Testing

@testable import ServerCore

/// What devices know of how to return, when there are more of them than before.
@Suite struct ReturningFleetTests {
    private static func sync(_ server: TestServer, _ window: ReconnectWindow) async throws -> DeviceSync {
        DeviceSync(
            store: server.store, writer: server.writer,
            identity: try await StorePreparation.prepare(server.store, now: server.clock.now), vault: .forgetful(),
            window: window, clock: server.clock.clock, logger: Logger(label: "test"))
    }

    private static func window(_ sync: DeviceSync, _ peer: DevicePeer) async throws -> UInt32? {
        guard let message = try await sync.due(for: peer.uid, peer: peer, admission: FixedAdmission()) else {
            return nil
        }
        return try WireServerFrame(serializedBytes: message.customMessage.data).session.reconnectWindowSeconds
    }

    @Test func `devices that came when few were there are told of the longer window`() async throws {
        try await TestServer.run { server in
            // Seven in ten seconds return within the rate.
            let sync = try await Self.sync(server, ReconnectWindow(connectionsPerSecond: 1, atLeast: 10))
            let notifier = RecordingNotifier()
            sync.whenSomethingIsDue { await notifier.changed($0, ofMany: $1) }
            var peers: [DevicePeer] = []
            for number in 1...8 {
                let uid = try await server.addDevice()
                let peer = DevicePeer(uid: uid, address: "10.0.0.1", transport: .webSocket, connection: UInt64(number))
                await sync.connected(peer)
                if number < 8 {
                    #expect(try await Self.window(sync, peer) == 10)
                    // Said once.
                    #expect(try await Self.window(sync, peer) == nil)
                    #expect(notifier.all.isEmpty)
                }
                peers.append(peer)
            }
            #expect(notifier.all == Set(peers.dropLast().map(\.uid)))
            #expect(notifier.manies == [true])
            for peer in peers { #expect(try await Self.window(sync, peer) == 20) }
        }
    }

    @Test func `a server that starts again counts those that held a connection, however it ended`() async throws {
        try await TestServer.run { server in
            let sync = try await Self.sync(server, ReconnectWindow(connectionsPerSecond: 1, atLeast: 10))
            let former = DevicePeer(
                uid: try await server.addDevice(), address: "10.0.0.1", transport: .webSocket, connection: 9)
            await sync.connected(former)
            await sync.disconnected(former, reason: "comes periodically from now on")
            #expect(try await StorePreparation.returning(server.store) == 1)
            server.clock.advance(seconds: 2 * 86_400)
            for number in 1...3 {
                let peer = DevicePeer(
                    uid: try await server.addDevice(), address: "10.0.0.1", transport: .webSocket,
                    connection: UInt64(number))
                await sync.connected(peer)
                if number == 2 { await sync.disconnected(peer, reason: "the server is stopping") }
            }
            _ = try await server.addDevice()
            // The former one is not one of those that return together any more.
            #expect(try await StorePreparation.returning(server.store) == 1)
            // Killed, and killed again before anybody was back.
            for _ in 0..<2 {
                _ = try await StorePreparation.prepare(server.store, now: server.clock.now)
                #expect(try await StorePreparation.returning(server.store) == 3)
            }
        }
    }
}
