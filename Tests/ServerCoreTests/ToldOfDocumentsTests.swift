import DeviceProtocol
import Manifests
import ServerStore
import Testing

@testable import ServerCore

/// Whom a change tells, and when.
@Suite(.tags(.R12)) struct ToldOfDocumentsTests {
    private static func policy(_ value: String) -> String {
        """
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: p}
        spec: {application: martlet.clamav, group: root, settings: {engine: \(value)}}
        """
    }

    @Test("devices are told of their documents while others' are still compiled")
    func toldInParts() async throws {
        try await TestServer.run { server in
            let count = DocumentRefresher.devicesPerTransaction * 2 + 3
            var devices: Set<DeviceUID> = []
            for _ in 0..<count { devices.insert(try await server.addDevice()) }
            server.notifier.clear()
            server.notifier.look { try? await server.count("devices WHERE document_compiled < document_wanted") }
            _ = try await server.declarations.apply(
                ManifestDecoder.decode(Self.policy("a"), file: "m.yaml"),
                ApplyRequest(confirmedDevices: count), by: TestServer.admin)
            #expect(server.notifier.all == devices)
            #expect(server.notifier.seen == [103, 3, 0])
            // Also the last few.
            #expect(server.notifier.manies == [true, true, true])
        }
    }

    @Test("a change that concerns few devices among many is told as one of few, when it is known that they are all")
    func fewAmongMany() async throws {
        try await TestServer.run { server in
            let count = DocumentRefresher.devicesPerTransaction * 2 + 20
            var devices: [DeviceUID] = []
            for _ in 0..<count { devices.append(try await server.addDevice()) }
            let concerned = [devices[0], devices[count - 1]]
            try await server.store.write { transaction in
                _ = try transaction.execute("UPDATE devices SET document_wanted = document_wanted + 1")
                for uid in concerned {
                    _ = try transaction.execute(
                        "UPDATE devices SET document_hash = $1 WHERE uid = $2", [.blob([1]), .blob(uid.bytes)])
                }
            }
            server.notifier.clear()
            try await server.declarations.refresh()
            #expect(server.notifier.all == Set(concerned))
            #expect(server.notifier.manies == [false])
        }
    }

    @Test("a device that is being answered is not told, the others whose documents were waiting are")
    func othersAreTold() async throws {
        try await TestServer.run { server in
            let (device, other) = (try await server.addDevice(), try await server.addDevice())
            server.notifier.clear()
            // As by an operator whose change was committed this moment.
            try await server.store.write { transaction in
                _ = try transaction.execute(
                    "UPDATE devices SET document_wanted = document_wanted + 1, document_hash = $1", [.blob([1])])
            }
            try await server.sync.refreshDocuments(answering: device)
            #expect(server.notifier.all == [other])
        }
    }

    @Test("what is known of a device follows a change of its document without being read again")
    func factsFollow() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            let before = try await server.sync.cache.facts(of: device)?.documentHash
            // What the cache would read now.
            try await server.store.write { _ = try $0.execute("UPDATE devices SET address = 'read anew'") }
            try await server.apply(Self.policy("a"))
            let stored = try await server.store.read { reader in
                try reader.first("SELECT document_hash FROM devices WHERE uid = $1", [.blob(device.bytes)])?
                    .optionalBlob("document_hash")
            }
            #expect(stored != before)
            #expect(try await server.sync.cache.facts(of: device)?.documentHash == stored)
            #expect(try await server.sync.cache.facts(of: device)?.address == nil)
        }
    }

    @Test("a device that is moved is told of as it is then, also where its document is as before")
    func movedDevice() async throws {
        try await TestServer.run { server in
            let device = try await server.addDevice()
            try await server.apply(
                "{apiVersion: martlet/v1, kind: Group, metadata: {name: servers}, spec: {parent: root}}")
            _ = try await server.sync.cache.facts(of: device)
            server.notifier.clear()
            try await server.apply(
                "{apiVersion: martlet/v1, kind: Device, metadata: {name: \(device)}, spec: {group: servers}}")
            #expect(try await server.sync.cache.facts(of: device)?.group == "servers")
            #expect(server.notifier.all == [device])
        }
    }
}
