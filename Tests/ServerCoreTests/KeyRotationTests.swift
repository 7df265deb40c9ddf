import DeviceProtocol
import Foundation
import ServerCore
import Testing

@Suite(.tags(.R05, .R08)) struct KeyRotationTests {
    @Test func `a key is replaced when it is old, and at no moment is a device without a key that works`() async throws
    {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            var device = TestDevice(server, uid)
            var held: UInt32 = 0
            func meet(confirming key: UInt32) async throws -> WireServerFrame {
                try await device.exchange { _, frame in
                    frame.udpPort = 15_000
                    frame.udpKeyID = key
                }.frame
            }
            held = try await meet(confirming: 0).session.udpKey.id
            _ = try await meet(confirming: held)
            let rotation = KeyRotation(
                store: server.store, writer: server.writer, sync: server.sync, life: 1_000_000,
                clock: server.clock.clock)
            let first = try #require(try await server.sync.wakeTarget(of: uid))
            #expect(first.keyID == held)
            #expect(try await rotation.rotate() == 1)
            // The device does not have the new one: wakes and off notices go on under the one before.
            let between = try #require(try await server.sync.wakeTarget(of: uid))
            #expect(between.keyID == held && between.key == first.key)
            #expect(try await server.sync.udpKey(of: uid, id: held) == first.key)
            // A key that was not taken up is not replaced again.
            server.clock.advance(seconds: 10)
            #expect(try await rotation.rotate() == 0)
            device.peer.connection += 1
            let offered = try await meet(confirming: held).session.udpKey
            #expect(offered.id > held && Array(offered.key) != first.key)
            _ = try await meet(confirming: offered.id)
            let after = try #require(try await server.sync.wakeTarget(of: uid))
            #expect(after.keyID == offered.id && after.key == Array(offered.key))
            #expect(try await server.sync.udpKey(of: uid, id: held) == first.key)
            #expect(after.counter > between.counter)
        }
    }
}
