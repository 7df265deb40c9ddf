import DeviceProtocol
import Foundation
import OpAMP
import ServerCore
import ServerStore
import SwiftProtobuf
import Testing

@Suite struct ExchangeStateTests {
    @Test("a full report is stored and shown", .tags(.R13))
    func fullReport() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            let answer = try await device.report()
            #expect(answer.message.flags == 0)
            #expect(answer.frame.acknowledged == 1)
            #expect(answer.frame.storeEpoch.count == 16)
            let details = try await server.queries.device(device.uid)
            #expect(details.record.hostname == "web-1")
            #expect(details.applications.map(\.application) == ["martlet.clamav"])
            #expect(details.applications.first?.status == "running")
            #expect(details.record.address == "10.1.2.3")
        }
    }

    @Test("a sync in which nothing changed is at most 300 bytes both ways and no transaction of its own", .tags(.R02))
    func quietSync() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            // Takes the configuration, as a device does that reports what it applied.
            let hash = try #require(try await server.queries.device(device.uid).record.documentHash)
            _ = try await device.exchange { message, frame in
                message.remoteConfigStatus.lastRemoteConfigHash = Data(hash)
                message.remoteConfigStatus.status = .applied
                frame.udpKeyID = 1
            }
            try await server.writer.flush()
            let before = await server.writer.commits
            server.clock.advance(seconds: 900)
            let request = try device.message { _, frame in frame.udpKeyID = 1 }
            let answer = try await device.send(request)
            #expect(await server.writer.commits == before)
            let size = try request.serializedData().count + answer.message.serializedData().count
            #expect(size <= 300, "\(size) bytes")
            #expect(!answer.message.hasRemoteConfig && answer.frame.orders.isEmpty)
            try await server.writer.flush()
            #expect(try await server.queries.device(device.uid).record.contact.lastSeen == server.clock.now)
        }
    }

    @Test(
        "parts on top of a state that the server does not hold are not used, and full state is asked for", .tags(.R13))
    func outdatedParts() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            let answer = try await device.exchange { message, frame in
                message.health.healthy = false
                message.health.lastError = "not to be believed"
                frame.stateBase = Data(repeating: 8, count: 32)
                frame.stateDigest = Data(repeating: 9, count: 32)
            }
            #expect(answer.message.flags == 1)
            #expect(try await server.queries.device(device.uid).record.healthy == true)
            device.digest = Data(repeating: 9, count: 32)
            let full = try await device.report()
            #expect(full.message.flags == 0)
            let quiet = try await device.exchange()
            #expect(quiet.message.flags == 0)
        }
    }

    @Test("parts on top of the state that the server holds are used", .tags(.R13))
    func deltaParts() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            let base = device.digest
            device.digest = Data(repeating: 2, count: 32)
            let answer = try await device.exchange { message, frame in
                message.health.healthy = false
                message.health.lastError = "clamd ended"
                frame.stateBase = base
                frame.applied = [
                    .with {
                        $0.entry = "martlet.clamav"; $0.status = .failed; $0.reason = "no such engine"
                    }
                ]
            }
            #expect(answer.message.flags == 0)
            let details = try await server.queries.device(device.uid)
            #expect(details.record.healthError == "clamd ended" && details.record.hostname == "web-1")
            #expect(details.entries.map(\.reason) == ["no such engine"])
            #expect(try await device.exchange().message.flags == 0)
        }
    }

    @Test("another instance on the same store asks for nothing that the store holds")
    func restart() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            server.sync.invalidateAll()
            #expect(try await device.exchange().message.flags == 0)
        }
    }

    @Test("a stranger is judged by its sequence numbers and gets no frame of ours")
    func stranger() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            let peer = DevicePeer(uid: uid, address: "10.0.0.9", transport: .webSocket, connection: 5)
            func send(_ number: UInt64, full: Bool) async throws -> OpAMPServerToAgent {
                var message = OpAMPAgentToServer()
                message.instanceUid = Data(repeating: 1, count: 16)
                message.sequenceNum = number
                if full { message.agentDescription.identifyingAttributes = [.text("service.name", "collector")] }
                return try await server.sync.exchange(message, from: peer, admission: FixedAdmission())
            }
            #expect(try await send(0, full: false).flags == 1)
            let first = try await send(1, full: true)
            #expect(first.flags == 0 && !first.hasCustomMessage)
            #expect(try await send(2, full: false).flags == 0)
            #expect(try await send(2, full: false).flags == 0)
            #expect(try await send(4, full: false).flags == 1)
            #expect(try await send(0, full: true).flags == 0)
            #expect(try await send(1, full: false).flags == 0, "it may count from 0")
        }
    }

    @Test("a revoked device is refused at once", .tags(.R18))
    func revoked() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            let administration = DeviceAdministration(store: server.store, clock: server.clock.clock)
            try await administration.revoke(device.uid, by: TestServer.admin)
            server.sync.invalidate([device.uid])
            #expect(try await server.sync.standing(of: device.uid) == .revoked)
            let answer = try await server.sync.exchange(
                try device.message(), from: device.peer, admission: device.admission)
            #expect(answer.hasErrorResponse && !answer.hasCustomMessage)
            #expect(try await server.sync.standing(of: DeviceUID.make(now: 1)) == .unknown)
        }
    }

    @Test("a message that cannot be stored is answered by an error alone")
    func notStored() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            await server.writer.stop()
            let message = try device.message { message, _ in message.capabilities = 1 }
            let answer = try await server.sync.exchange(message, from: device.peer, admission: device.admission)
            #expect(answer.errorResponse.type == .unavailable)
            #expect(answer.errorResponse.retryInfo.retryAfterNanoseconds > 0)
            #expect(!answer.hasCustomMessage && !answer.hasRemoteConfig)
        }
    }

    @Test("a frame that cannot be read changes nothing and says so")
    func unreadableFrame() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            var message = try device.message { message, _ in message.health.healthy = true }
            message.customMessage.data = Data([0xFF, 0xFF, 0xFF])
            let answer = try await server.sync.exchange(message, from: device.peer, admission: device.admission)
            #expect(answer.errorResponse.type == .badRequest)
            #expect(try await server.queries.device(device.uid).record.healthy == nil)
        }
    }
}
