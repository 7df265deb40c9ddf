import AgentGateway
import DeviceProtocol
import Foundation
import NIOCore
import OpAMP
import ServerCore
import SwiftProtobuf
import Testing

@testable import AgentCore

@Suite(.tags(.R07)) struct IdentityTests {
    private let bench: Bench

    init() async throws { bench = try await Bench() }

    private func candidate(_ name: String) throws -> IdentityFiles {
        let files = IdentityFiles(dataDirectory: bench.directory.appendingPathComponent(name).path)
        _ = try files.prepare(now: 1)
        return files
    }

    @Test func `a request for another device's certificate is refused, whether it says so in the message or inside`()
        async throws
    {
        let client = CertificateClient(connector: bench.connector)
        let victim = DeviceUID.make(now: 5)
        let files = try candidate("thief")
        let inside = try files.request(uid: victim, trustDomain: SpiffeID.defaultTrustDomain)
        let error = await #expect(throws: LinkError.self) {
            try await client.certificate(for: bench.uid, request: inside)
        }
        #expect(error?.status == 403 && error?.message.contains("\(victim)") == true, "\(String(describing: error))")
        let outside = try files.request(uid: victim, trustDomain: SpiffeID.defaultTrustDomain)
        let other = await #expect(throws: LinkError.self) {
            try await client.certificate(for: victim, request: outside)
        }
        #expect(
            other?.status == 403 && other?.message.contains("expected a new uid") == true,
            "\(String(describing: other))")
        let fresh = DeviceUID.make(now: ServerClock.system.now())
        let own = try files.request(uid: fresh, trustDomain: SpiffeID.defaultTrustDomain)
        let refused = await #expect(throws: LinkError.self) { try await client.certificate(for: fresh, request: own) }
        #expect(refused?.status == 403 && refused?.message.contains("identity of its own") == true)
    }

    @Test func `a connection that an older certificate opened ends once a newer one was used`() async throws {
        let old = try await WebSocketLink.open(bench.connector)
        try await old.send(try greeting(counter: 1, start: 1))
        for try await _ in old.messages { break }
        let files = try candidate("next")
        let request = try files.request(uid: bench.uid, trustDomain: SpiffeID.defaultTrustDomain)
        try files.keep(
            certificate: try await CertificateClient(connector: bench.connector).certificate(
                for: bench.uid, request: request))
        let tls = try AgentTLS(
            rootCertificate: bench.directory.appendingPathComponent("pki/root.pem").path,
            certificate: files.certificatePath, key: files.keyPath, trustDomain: SpiffeID.defaultTrustDomain,
            time: TrustedTime(known: 0))
        let renewed = ServerConnector(group: Bench.group, endpoint: bench.connector.endpoint, tls: tls)
        try await CertificateClient(connector: renewed).greet(as: bench.uid)
        try await old.send(try greeting(counter: 1, start: 1))
        let error = await #expect(throws: LinkError.self) { for try await _ in old.messages {} }
        #expect(error?.message.contains("newer certificate") == true, "\(String(describing: error))")
    }

    @Test func `asking for renewal twice with one key gives one certificate`() async throws {
        let client = CertificateClient(connector: bench.connector)
        let files = try candidate("next")
        let request = { try files.request(uid: bench.uid, trustDomain: SpiffeID.defaultTrustDomain) }
        let first = try await client.certificate(for: bench.uid, request: try request())
        #expect(try await client.certificate(for: bench.uid, request: try request()) == first)
    }

    @Test func `a candidate survives a crash at every step of its promotion`() throws {
        for step in 0...3 {
            let current = IdentityFiles(dataDirectory: bench.directory.appendingPathComponent("crash\(step)").path)
            try FileManager.default.createDirectory(
                atPath: current.directory, withIntermediateDirectories: true)
            for name in ["device.key", "device.pem", "device.uid"] {
                try FileManager.default.copyItem(
                    atPath: bench.directory.appendingPathComponent("agent/identity/\(name)").path,
                    toPath: current.directory + "/" + name)
            }
            // Any certificate for any key will do: the agent's own, under another uid.
            let next = IdentityCandidate(of: current)
            let uid = DeviceUID.make(now: Int64(step))
            try next.prepare(uid: uid)
            let files = IdentityFiles(dataDirectory: bench.directory.appendingPathComponent("agent").path)
            for (from, to) in [
                (files.keyPath, next.files.keyPath), (files.certificatePath, next.files.certificatePath),
            ] {
                try? FileManager.default.removeItem(atPath: to)
                try FileManager.default.copyItem(atPath: from, toPath: to)
            }
            let moves = [
                (next.files.keyPath, current.keyPath), (next.files.uidPath, current.uidPath),
                (next.files.certificatePath, current.certificatePath),
            ]
            for (from, to) in moves.prefix(step) { #expect(rename(from, to) == 0) }
            // What the next start does.
            try IdentityCandidate(of: current).recover()
            let certificate = try Data(contentsOf: URL(fileURLWithPath: current.certificatePath))
            #expect(try current.matches(certificate: Array(certificate)))
            #expect(try (current.uid() == uid) == (step > 0))
            #expect(IdentityCandidate(of: current).isComplete == (step == 0))
        }
    }

    @Test func `a dead connection is replaced by the next of the same device, and is not called a copy`() async throws {
        let first = try await WebSocketLink.open(bench.connector)
        try await first.send(try greeting(counter: 1, start: 1))
        for try await _ in first.messages { break }
        // Deaf: it neither reads nor answers pings, as a device behind a cut cable.
        try await first.channel.setOption(ChannelOptions.autoRead, value: false).get()
        let second = try await WebSocketLink.open(bench.connector)
        try await second.send(try greeting(counter: 1, start: 1))
        var answered = false
        for try await message in second.messages {
            let frame = try WireServerFrame(serializedBytes: message.customMessage.data)
            #expect(frame.session.hold.isEmpty)
            answered = true
            break
        }
        #expect(answered)
        #expect(bench.gateway.sessions.count == 1)
        await second.close()
    }

    @Test func `a connection whose device answers is kept, and the newcomer is told that there are two`() async throws {
        let first = try await WebSocketLink.open(bench.connector)
        try await first.send(try greeting(counter: 1, start: 1))
        for try await _ in first.messages { break }
        let second = try await WebSocketLink.open(bench.connector)
        try await second.send(try greeting(counter: 1, start: 2))
        var hold = ""
        do {
            for try await message in second.messages {
                hold = try WireServerFrame(serializedBytes: message.customMessage.data).session.hold
            }
            Issue.record("the newcomer's connection ended in order")
        } catch let error as LinkError {
            #expect(error.message.contains("another agent"))
        }
        #expect(hold.contains("two agents"))
        #expect(bench.gateway.sessions.count == 1)
        await first.close()
    }

    private func greeting(counter: UInt64, start: UInt8) throws -> OpAMPAgentToServer {
        var frame = WireAgentFrame()
        frame.frame = 1
        frame.startCounter = counter
        frame.startID = Data(repeating: start, count: 8)
        var message = OpAMPAgentToServer()
        message.instanceUid = Data(bench.uid.bytes)
        message.sequenceNum = 1
        message.customMessage.capability = DeviceCapability.name
        message.customMessage.type = DeviceCapability.agentFrame
        message.customMessage.data = try frame.serializedData()
        return message
    }
}
