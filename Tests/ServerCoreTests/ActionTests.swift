import DeviceProtocol
import Foundation
import ServerCore
import ServiceLifecycle
import SwiftProtobuf
import Testing

@Suite struct ActionTests {
    private static let task = """
        apiVersion: martlet/v1
        kind: Task
        metadata: {name: scan-home}
        spec:
          application: martlet.clamav
          task: scan
          parameters: {paths: [/home]}
          scope: {group: root}
          timeLimit: 1h
        """

    @Test("a task becomes a run with an order that says everything", .tags(.R18, .R14))
    func runTask() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            try await server.apply(Self.task)
            let run = try #require(
                try await server.actions.run("scan-home", on: [device.uid], by: TestServer.admin).runs.first)
            #expect(try await server.queries.run(run.run).state == .pending)
            let order = try #require(try await device.exchange().frame.orders.first?.runTask)
            #expect(Array(order.runID) == run.run.bytes && order.task == "scan" && order.timeLimitSeconds == 3_600)
            #expect(String(decoding: order.parameters, as: UTF8.self) == #"{"paths":["/home"]}"#)
            _ = try await device.exchange { _, frame in
                frame.orderReplies = [
                    .with {
                        $0.id = Data(run.order.bytes); $0.status = .failed; $0.message = "no such task"
                    }
                ]
            }
            let failed = try await server.queries.run(run.run)
            #expect(failed.state == .failed && failed.message == "no such task")
        }
    }

    @Test("a task runs on devices of its scope only", .tags(.R18))
    func scope() async throws {
        try await TestServer.run { server in
            let inside = try await server.addDevice()
            let outside = try await server.addDevice()
            try await server.apply(Self.task.replacing("{group: root}", with: "{devices: [\"\(inside)\"]}"))
            let started = try await server.actions.run("scan-home", on: [], by: TestServer.admin).runs
            #expect(started.map(\.device) == [inside])
            let error = await #expect(throws: CoreError.self) {
                _ = try await server.actions.run("scan-home", on: [outside], by: TestServer.admin)
            }
            #expect(error?.code == .conflict)
            #expect(try await server.count("runs") == 1)
        }
    }

    @Test("a run is cancelled by an order, and not after it is over", .tags(.R18))
    func cancel() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            try await server.apply(Self.task)
            let run = try #require(
                try await server.actions.run("scan-home", on: [device.uid], by: TestServer.admin).runs.first)
            _ = try await device.exchange()
            _ = try await server.actions.cancel(run.run, by: TestServer.admin)
            #expect(try await device.exchange().frame.orders.first?.cancelRun.runID == Data(run.run.bytes))
            _ = try await device.exchange { _, frame in
                frame.runs = [
                    .with {
                        $0.runID = Data(run.run.bytes); $0.state = .cancelled
                    }
                ]
            }
            let error = await #expect(throws: CoreError.self) {
                _ = try await server.actions.cancel(run.run, by: TestServer.admin)
            }
            #expect(error?.code == .conflict)
        }
    }

    @Test("a wake that nobody answers says when the device comes by itself", .tags(.R05))
    func wakeReport() async throws {
        let waker = ScriptedWaker(outcome: .noAnswer(address: "10.1.2.3", port: 15_000, seconds: 10))
        try await TestServer.run(waker: waker) { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            let desk = Task { try await server.desk.run() }
            defer { desk.cancel() }
            let id = try await server.actions.sync(device.uid, by: TestServer.admin)
            let order = try await server.queries.order(
                id, of: device.uid, newerThan: 1, feed: server.sync.reportFeed, waiting: .seconds(20))
            let expected = "no answer from 10.1.2.3:15000 in 10 s; the device will come by itself at "
            #expect(order.annotation?.hasPrefix(expected) == true)
            #expect(try await server.queries.device(device.uid).record.wakeReport == order.annotation)
            #expect(order.status == .pending)
        }
    }

    @Test(
        "the report names the hour, and the day when it is another",
        arguments: [
            (Int64(3_600), "will come by itself at "), (-60, "should have come by itself at "),
            (200_000, "will come by itself at 20"),
        ])
    func reportText(seconds: Int64, part: String) {
        let now = TestClock.start
        let text = WakeReport.text(
            .noAnswer(address: "::1", port: 15_000, seconds: 3), next: now + seconds * 1_000_000, now: now)
        #expect(
            text.hasPrefix("no answer from [::1]:15000 in 3 s; the device ") && text.contains(part)
                && text.hasSuffix(" UTC"))
    }

    @Test("whoever waits for a run is told of every change", .tags(.R14))
    func waiting() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            try await server.apply(Self.task)
            let run = try #require(
                try await server.actions.run("scan-home", on: [device.uid], by: TestServer.admin).runs.first)
            async let seen = server.queries.run(
                run.run, newerThan: 1, feed: server.sync.reportFeed, waiting: .seconds(20))
            _ = try await device.exchange { _, frame in
                frame.runs = [
                    .with {
                        $0.runID = Data(run.run.bytes); $0.state = .running; $0.percent = 30
                    }
                ]
            }
            #expect(try await seen.percent == 30)
            let unchanged = try await server.queries.run(
                run.run, newerThan: 99, feed: server.sync.reportFeed, waiting: .milliseconds(1))
            #expect(unchanged.state == .running)
        }
    }
}
