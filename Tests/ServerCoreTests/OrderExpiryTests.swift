import DeviceProtocol
import Foundation
import ServerCore
import SwiftProtobuf
import Testing

@Suite struct OrderExpiryTests {
    static let task = """
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: scan-home}
        spec:
          application: martlet.clamav
          task: scan
          parameters: {paths: [/home]}
          scope: {group: root}
        """

    @Test(
        "a run that its device did not come for fails with the reason, tells who waits, and is not revived", .tags(.R14)
    )
    func expiredRun() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            try await server.apply(Self.task)
            let run = try #require(
                try await server.actions.run("scan-home", on: [device.uid], by: TestServer.admin).runs.first)
            let expiry = OrderExpiry(
                store: server.store, writer: server.writer, feed: server.sync.reportFeed, clock: server.clock.clock)
            #expect(try await expiry.expire() == 0)
            server.clock.advance(seconds: 24 * 3_600)
            async let seen = server.queries.run(
                run.run, newerThan: 1, feed: server.sync.reportFeed, waiting: .seconds(20))
            #expect(try await expiry.expire() == 1)
            #expect(try await seen.state == .failed)
            let ended = try await server.queries.run(run.run)
            #expect(ended.message == "the device did not come for it in 24 h" && ended.finishedAt == server.clock.now)
            let order = try await server.queries.order(run.order, of: device.uid)
            #expect(order.status == .expired && order.message == ended.message)
            #expect(try await expiry.expire() == 0)
            // A late reply and a late report change nothing, and the order is not handed out.
            let answer = try await device.exchange { _, frame in
                frame.orderReplies = [
                    .with {
                        $0.id = Data(run.order.bytes)
                        $0.status = .accepted
                    }
                ]
                frame.runs = [
                    .with {
                        $0.runID = Data(run.run.bytes)
                        $0.state = .running
                    }
                ]
            }
            #expect(answer.frame.orders.isEmpty)
            #expect(try await server.queries.run(run.run).state == .failed)
            #expect(try await server.queries.order(run.order, of: device.uid).status == .expired)
        }
    }

    @Test("a run that the device took in time is left alone", .tags(.R14))
    func takenRun() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            try await server.apply(Self.task)
            let run = try #require(
                try await server.actions.run("scan-home", on: [device.uid], by: TestServer.admin).runs.first)
            _ = try await device.exchange { _, frame in
                frame.orderReplies = [
                    .with {
                        $0.id = Data(run.order.bytes)
                        $0.status = .accepted
                    }
                ]
            }
            server.clock.advance(seconds: 48 * 3_600)
            let expiry = OrderExpiry(
                store: server.store, writer: server.writer, feed: server.sync.reportFeed, clock: server.clock.clock)
            #expect(try await expiry.expire() == 0)
            #expect(try await server.queries.run(run.run).state == .pending)
        }
    }
}
