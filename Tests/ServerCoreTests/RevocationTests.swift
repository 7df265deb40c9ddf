import DeviceProtocol
import Foundation
import Logging
import OpAMP
import ServerCore
import ServerStore
import Testing

@Suite struct RevocationTests {
    @Test("what was revoked is revoked for the next process, whatever the store says")
    func survives() async throws {
        try await TestServer.run { server in
            let path = server.directory.appending(path: "revoked").path
            let device = try await server.addDevice()
            let other = try await server.addDevice()
            let administration = DeviceAdministration(
                store: server.store, revocations: try RevocationFile(path: path), clock: server.clock.clock)
            try await administration.revoke(device, by: TestServer.admin)
            try await administration.revoke(device, by: TestServer.admin)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            // The store of a backup.
            try await server.store.write { try $0.execute("UPDATE devices SET standing = 'active'") }
            let reread = try RevocationFile(path: path)
            #expect(reread.all == [device])
            let sync = DeviceSync(
                store: server.store, writer: server.writer,
                identity: try await StorePreparation.prepare(server.store, now: server.clock.now), vault: .forgetful(),
                revocations: reread,
                logger: Logger(label: "test"))
            #expect(try await sync.standing(of: device) == .revoked)
            #expect(try await sync.standing(of: other) == .active)
            try await server.store.write { try $0.execute("DELETE FROM devices") }
            #expect(try await sync.standing(of: device) == .revoked)
            #expect(try await sync.standing(of: other) == .active)
            sync.invalidateAll()
            #expect(try await sync.standing(of: other) == .unknown)
        }
    }

    @Test("an older store shows the device as revoked again")
    func shown() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let revocations = RevocationFile()
            try revocations.add(device)
            try await DeviceAdministration(store: server.store, revocations: revocations).applyRevocations()
            #expect(try await server.queries.device(device).record.standing == .revoked)
        }
    }

    @Test("another process' line is taken up, a hand-edited file without a last line end is appended to")
    func twoProcesses() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "revoked-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let devices = (0..<3).map { _ in DeviceUID.make(now: TestClock.start) }
        try "# by hand\n\(devices[0])".write(toFile: path, atomically: true, encoding: .utf8)
        let (first, second) = (try RevocationFile(path: path), try RevocationFile(path: path))
        try first.add(devices[1])
        try second.add(devices[2])
        try first.reload()
        #expect(first.all == Set(devices))
        #expect(try RevocationFile(path: path).all == Set(devices))
    }

    @Test("a file that cannot be understood is an error that names file and line, not an empty list")
    func notUnderstood() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "revoked-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "web1\n".write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: CoreError.self) { try RevocationFile(path: path) }
        #expect(error?.message == "\(path): line 1: expected a device's uid, got \"web1\"")
    }

    @Test("an agent of ours that takes another device's name is refused, and nothing of its message is used")
    func foreignName() async throws {
        try await TestServer.run { server in
            let other = try await server.addDevice()
            var device = TestDevice(server, try await server.addDevice())
            let message = try device.message { message, frame in
                message.instanceUid = Data(other.bytes)
                message.agentDescription.identifyingAttributes = [.text("host.name", "liar")]
                frame.startCounter = 1
            }
            let answer = try await server.sync.exchange(message, from: device.peer, admission: device.admission)
            #expect(answer.hasErrorResponse && answer.errorResponse.errorMessage.contains("instance_uid: expected"))
            #expect(try await server.count("devices WHERE hostname = 'liar'") == 0)
        }
    }
}
