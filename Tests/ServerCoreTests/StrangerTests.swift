import DesiredState
import DeviceProtocol
import Foundation
import Manifests
import OpAMP
import ServerCore
import ServerStore
import SwiftProtobuf
import Testing

/// OpAMP clients that are not ours.
@Suite struct StrangerTests {
    private static func config(_ name: String, _ scope: String, _ entries: String) -> String {
        """
        ---
        apiVersion: martlet/v1
        kind: RemoteConfig
        metadata: {name: \(name)}
        spec:
          scope: \(scope)
          entries: \(entries)

        """
    }

    private static func group(_ name: String) -> String {
        "---\napiVersion: martlet/v1\nkind: Group\nmetadata: {name: \(name)}\nspec: {parent: root}\n"
    }

    private struct Client {
        let server: TestServer
        let peer: DevicePeer
        let id = Data(repeating: 7, count: 16)
        var number: UInt64 = 0

        init(_ server: TestServer, _ uid: DeviceUID) {
            self.server = server
            peer = DevicePeer(uid: uid, address: "10.0.0.9", transport: .webSocket, connection: 5)
        }

        mutating func send(_ fill: (inout OpAMPAgentToServer) -> Void = { _ in }) async throws -> OpAMPServerToAgent {
            var message = OpAMPAgentToServer()
            message.instanceUid = id
            message.sequenceNum = number
            message.capabilities = 7
            fill(&message)
            number += 1
            return try await server.sync.exchange(message, from: peer, admission: FixedAdmission())
        }

        mutating func report() async throws -> OpAMPServerToAgent {
            try await send { $0.agentDescription.identifyingAttributes = [.text("service.name", "collector")] }
        }

        /// Takes what it is sent.
        mutating func apply(_ config: OpAMPAgentRemoteConfig) async throws {
            _ = try await send {
                $0.remoteConfigStatus.lastRemoteConfigHash = config.configHash
                $0.remoteConfigStatus.status = .applied
            }
        }
    }

    private static func bodies(_ config: OpAMPAgentRemoteConfig) -> [String: String] {
        config.config.configMap.mapValues { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test("remote configurations merge from the root down to the device, and reach strangers alone", .tags(.R12))
    func merging() async throws {
        try await TestServer.run { server in
            try await server.apply(Self.group("edge"))
            let uid = try await server.addDevice(group: "edge")
            var client = Client(server, uid)
            #expect(try await !client.report().hasRemoteConfig, "nothing is declared for it: what it has stays")
            var agent = TestDevice(server, try await server.addDevice(group: "edge"))
            let held = try await agent.report().message.remoteConfig.configHash
            let result = try await server.apply(
                Self.config("base", "{group: root}", "{a: {level: info, keep: true}, b: {x: 1}}")
                    + Self.config("edge", "{group: root/edge}", "{a: {level: debug}}")
                    + Self.config("one", "{devices: [\"\(uid)\"]}", "{b: {x: 2}, \"\": {only: here}}"))
            #expect(result.devices == 1)
            let sent = try #require(
                try await server.sync.due(for: uid, peer: client.peer, admission: FixedAdmission()))
            #expect(sent.instanceUid == client.id && !sent.hasCustomMessage)
            #expect(
                Self.bodies(sent.remoteConfig) == [
                    "a": #"{"keep":true,"level":"debug"}"#, "b": #"{"x":2}"#, "": #"{"only":"here"}"#,
                ])
            #expect(sent.remoteConfig.config.configMap.values.allSatisfy { $0.contentType == "application/json" })
            try await client.apply(sent.remoteConfig)
            #expect(try await server.queries.device(uid).record.isInSync)
            let next = try await agent.exchange().message
            #expect(!next.hasRemoteConfig || next.remoteConfig.configHash == held, "an agent of ours is not concerned")
            for name in ["base", "edge", "one"] {
                try await server.declarations.delete(.remoteConfig, name: name, by: TestServer.admin)
            }
            let last = try await server.sync.due(for: uid, peer: client.peer, admission: FixedAdmission())
            #expect(last?.hasRemoteConfig == true && last?.remoteConfig.config.configMap.isEmpty == true)
        }
    }

    @Test("parts under a repeated number are used")
    func repeatedNumber() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            var client = Client(server, uid)
            _ = try await client.report()
            client.number -= 1
            let answer = try await client.send { $0.health.healthy = true }
            #expect(answer.flags == 0)
            #expect(try await server.queries.device(uid).record.healthy == true)
        }
    }

    @Test(
        "a device that turns out to be an agent of ours gets an agent's document, and one that is none takes no orders")
    func kinds() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            try await server.apply(Self.config("all", "{group: root}", "{a: {level: info}}"))
            var client = Client(server, uid)
            let first = try await client.report()
            #expect(Self.bodies(first.remoteConfig).keys.sorted() == ["a"])
            await #expect(throws: CoreError.self) { try await server.actions.sync(uid, by: TestServer.admin) }
            var agent = TestDevice(server, uid)
            let answer = try await agent.report()
            #expect(answer.message.hasCustomMessage && answer.message.remoteConfig.config.configMap.isEmpty)
            #expect(try await !server.queries.device(uid).record.isStranger)
            _ = try await server.actions.sync(uid, by: TestServer.admin)
        }
    }

    @Test("a client that asks for an id is called by its device's")
    func identity() async throws {
        try await TestServer.run { server in
            let uid = try await server.addDevice()
            var client = Client(server, uid)
            let answer = try await client.send { $0.flags = 1 }
            #expect(answer.instanceUid == client.id)
            #expect(answer.agentIdentification.newInstanceUid == Data(uid.bytes))
        }
    }

    @Test("a remote configuration is read back as it was written, and a group that it names stays")
    func roundTrip() async throws {
        try await TestServer.run { server in
            let text = Self.config("edge", "{group: root/edge}", "{a.json: {list: [1, null, x], deep: {y: 1.5}}}")
            try await server.apply(Self.group("edge") + text)
            #expect(try await server.apply(text).changes.first?.action == .unchanged)
            let object = try await server.queries.object(.remoteConfig, name: "edge")
            let yaml = try ManifestEncoder.yaml([
                [
                    "apiVersion": "martlet/v1", "kind": "RemoteConfig", "metadata": ["name": "edge"],
                    "spec": object.specJSON,
                ]
            ])
            #expect(try await server.apply(yaml).changes.first?.action == .unchanged)
            await #expect(throws: CoreError.self) {
                try await server.declarations.delete(.group, name: "edge", by: TestServer.admin)
            }
            #expect(try await server.count("audit WHERE kind = 'RemoteConfig'") == 1)
        }
    }

    @Test("an entry that is no object is refused with its place")
    func refused() throws {
        let error = #expect(throws: ManifestError.self) {
            try ManifestDecoder.decode(Self.config("x", "{group: root}", "{a: 5, b: {}}"), file: "m.yaml")
        }
        #expect(error?.problems.map(\.path) == ["spec.entries.a"])
    }
}
