import DesiredState
import DeviceProtocol
import Foundation
import Manifests
import OpAMP
import ServerCore
import SwiftProtobuf
import Testing

@Suite struct ExchangeDueTests {
    private static let policy = """
        apiVersion: martlet/v1
        kind: Policy
        metadata: {name: clamav}
        spec: {application: martlet.clamav, group: root, settings: {engine: fast}}
        """

    @Test("a policy reaches a device once, and again only when the device holds something else", .tags(.R12))
    func configuration() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            try await server.apply(Self.policy)
            #expect(server.notifier.all.contains(device.uid))
            let answer = try await device.exchange()
            let config = answer.message.remoteConfig
            let body = try #require(config.config.configMap["martlet.clamav"]?.body)
            #expect(String(decoding: body, as: UTF8.self) == #"{"settings":{"engine":"fast"}}"#)
            #expect(Array(config.configHash) == DeviceDocument.hash(of: ["martlet.clamav": Array(body)]))
            #expect(try await !device.exchange().message.hasRemoteConfig)
            // Over another connection the device still has not said that it took it.
            device.peer.connection = 2
            #expect(try await device.exchange().message.hasRemoteConfig)
            device.peer.connection = 3
            let reported = try await device.exchange { message, _ in
                message.remoteConfigStatus.lastRemoteConfigHash = config.configHash
                message.remoteConfigStatus.status = .failed
                message.remoteConfigStatus.errorMessage = "no such engine"
            }
            #expect(!reported.message.hasRemoteConfig)
            let record = try await server.queries.device(device.uid).record
            #expect(record.reportedStatus == "failed" && record.reportedError == "no such engine")
            #expect(record.reportedHash == record.documentHash)
        }
    }

    @Test("a connected device is told of a change without asking, and only once", .tags(.R12, .R03))
    func pushed() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice(), transport: .webSocket)
            try await device.report()
            #expect(try await server.sync.due(for: device.uid, peer: device.peer, admission: device.admission) == nil)
            try await server.apply(Self.policy)
            let pushed = try await server.sync.due(for: device.uid, peer: device.peer, admission: device.admission)
            #expect(pushed?.hasRemoteConfig == true)
            #expect(try await server.sync.due(for: device.uid, peer: device.peer, admission: device.admission) == nil)
        }
    }

    @Test("the sync interval is the device's, else its nearest group's, else fifteen minutes", .tags(.R02))
    func syncInterval() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            #expect(try await device.report().frame.session.syncIntervalSeconds == 900)
            try await server.apply(
                """
                apiVersion: martlet/v1
                kind: Group
                metadata: {name: root}
                spec: {syncInterval: 5m}
                """)
            #expect(try await device.exchange().frame.session.syncIntervalSeconds == 300)
            _ = try await server.declarations.patch(
                .device, name: "\(device.uid)", with: ["syncInterval": "1m"], revision: nil, by: TestServer.admin)
            let answer = try await device.exchange()
            #expect(answer.frame.session.syncIntervalSeconds == 60)
            #expect(answer.frame.session.mode == .periodic)
            _ = try await server.declarations.patch(
                .device, name: "\(device.uid)", with: ["syncInterval": .null], revision: nil, by: TestServer.admin)
            #expect(try await device.exchange().frame.session.syncIntervalSeconds == 300)
        }
    }

    @Test(
        "keep-connection makes a device persistent while there is a place, and says why not otherwise",
        .tags(.R03, .R04))
    func keepConnection() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            _ = try await server.declarations.patch(
                .device, name: "\(device.uid)", with: ["keepConnection": true], revision: nil, by: TestServer.admin)
            #expect(try await device.exchange().frame.session.mode == .persistent)
            let until = server.clock.now + 60_000_000
            device.admission.grant = .refused(reason: "100 of 100 connections are taken", until: until)
            let refused = try await device.exchange()
            #expect(refused.frame.session.mode == .periodic)
            #expect(refused.frame.session.refusedReason == "100 of 100 connections are taken")
            #expect(refused.frame.session.refusedUntil == until)
            let shown = try await server.queries.device(device.uid).record.contact
            #expect(shown.refusedReason == "100 of 100 connections are taken" && shown.refusedUntil == until)
            device.admission.grant = .granted
            #expect(try await device.exchange().frame.session.mode == .persistent)
            #expect(try await server.queries.device(device.uid).record.contact.refusedReason == nil)
        }
    }

    @Test("the datagram key is handed over until the device holds it", .tags(.R05))
    func datagramKey() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            let offered = try await device.exchange { _, frame in frame.udpPort = 15_000 }
            #expect(offered.frame.session.udpKey.id == 1 && offered.frame.session.udpKey.key.count == 32)
            #expect(try await server.sync.wakeTarget(of: device.uid) == nil)
            let held = try await device.exchange { _, frame in
                frame.udpPort = 15_000
                frame.udpKeyID = 1
            }
            #expect(!held.frame.session.hasUdpKey)
            let first = try #require(try await server.sync.wakeTarget(of: device.uid))
            let second = try #require(try await server.sync.wakeTarget(of: device.uid))
            #expect(first.address == "10.1.2.3" && first.port == 15_000 && first.keyID == 1)
            #expect(first.key == (try await server.sync.udpKey(of: device.uid, id: 1)))
            #expect(first.counter >= UInt64(server.clock.now) && second.counter == first.counter + 1)
        }
    }

    @Test("an order is repeated on every connection until the device replies", .tags(.R18))
    func orders() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            let id = try await server.actions.control("martlet.clamav", .restart, on: device.uid, by: TestServer.admin)
            #expect(server.notifier.all == [device.uid])
            let first = try await device.exchange()
            #expect(first.frame.orders.map { Array($0.id) } == [id.bytes])
            #expect(first.frame.orders.first?.controlApplication.action == .restart)
            #expect(try await device.exchange().frame.orders.isEmpty)
            device.peer.connection = 2
            #expect(try await device.exchange().frame.orders.count == 1)
            server.clock.advance(seconds: 31)
            #expect(try await device.exchange().frame.orders.count == 1)
            device.peer.connection = 3
            let replied = try await device.exchange { _, frame in
                frame.orderReplies = [
                    .with {
                        $0.id = Data(id.bytes); $0.status = .done; $0.message = "restarted"
                    }
                ]
            }
            #expect(replied.frame.orders.isEmpty)
            let order = try await server.queries.order(id, of: device.uid)
            #expect(order.status == .done && order.message == "restarted")
        }
    }

    @Test("an order that was not taken in time is not given any more, and is shown as expired", .tags(.R18))
    func expiredOrder() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            let id = try await server.actions.sync(device.uid, by: TestServer.admin)
            server.clock.advance(seconds: 3_601)
            #expect(try await device.exchange().frame.orders.isEmpty)
            #expect(try await server.queries.order(id, of: device.uid).status == .expired)
        }
    }

    @Test("a manual sync asks for everything anew", .tags(.R17))
    func refresh() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            #expect(try await !device.report().frame.refresh)
            _ = try await server.actions.sync(device.uid, by: TestServer.admin)
            #expect(try await device.exchange().frame.refresh)
        }
    }

    @Test("more orders than an answer holds come with the next")
    func manyOrders() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            for _ in 1...20 { _ = try await server.actions.sync(device.uid, by: TestServer.admin) }
            let first = try await device.exchange()
            #expect(first.frame.orders.count == 16 && first.frame.more)
            let second = try await device.exchange()
            #expect(second.frame.orders.count == 4 && !second.frame.more)
        }
    }
}
