import DeviceProtocol
import Foundation
import ServerCore
import ServerStore
import SwiftProtobuf
import Testing

@Suite struct RetentionTests {
    private static let day: Int64 = 86_400

    private func trimmer(_ server: TestServer, _ change: (inout RetentionSettings) -> Void) -> StoreTrimmer {
        var settings = RetentionSettings()
        change(&settings)
        return StoreTrimmer(store: server.store, settings: settings, clock: server.clock.clock)
    }

    private func emit(
        _ numbers: ClosedRange<UInt64>, _ severity: WireSeverity, _ server: TestServer, _ device: inout TestDevice
    )
        async throws
    {
        var chain = EventChain()
        let epoch = Data(Identifier.make(now: server.clock.now).bytes)
        let events = numbers.map { TestDevice.event($0, &chain) { $0.severity = severity } }
        _ = try await device.exchange { _, frame in
            frame.events = [
                .with {
                    $0.stream = severity.rawValue > 2 ? .urgent : .normal
                    $0.epoch = epoch
                    $0.events = events
                }
            ]
        }
    }

    @Test("events older than the days are removed, in more than one slice, the others stay", .tags(.R16))
    func byAge() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await emit(1...1_200, .info, server, &device)
            server.clock.advance(seconds: 8 * Self.day)
            try await emit(1...3, .critical, server, &device)
            #expect(try await trimmer(server) { $0.eventDays = 7 }.trim() >= 1_200)
            #expect(try await server.count("events") == 3)
            let again = try await trimmer(server) { $0.eventDays = 7 }.trim()
            #expect(again == 0)
        }
    }

    @Test("each severity keeps its own newest: chatter does not drive out what is critical", .tags(.R16))
    func byCount() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await emit(1...2, .critical, server, &device)
            try await emit(1...700, .info, server, &device)
            #expect(try await trimmer(server) { $0.events = 10 }.trim() == 690)
            let left = try await server.queries.events(EventFilter(), page: PageRequest(limit: 100)).items
            #expect(left.filter { $0.severity == .critical }.count == 2)
            #expect(left.filter { $0.severity == .info }.map(\.number) == Array((691...700).reversed()))
        }
    }

    @Test("a stream goes on where it was after its events were removed", .tags(.R16))
    func streamGoesOn() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            let epoch = Data(Identifier.make(now: server.clock.now).bytes)
            var chain = EventChain()
            func send(_ events: [WireEvent]) async throws -> WireStreamReceipt {
                let answer = try await device.exchange { _, frame in
                    frame.events = [
                        .with {
                            $0.stream = .urgent
                            $0.epoch = epoch
                            $0.events = events
                        }
                    ]
                }
                return try #require(answer.frame.receipts.first)
            }
            let first = (1...3).map { TestDevice.event($0, &chain) }
            _ = try await send(first)
            server.clock.advance(seconds: 200 * Self.day)
            try await trimmer(server) { _ in }.trim()
            let repeated = try await send(first)
            #expect(repeated.storedThrough == 3 && !repeated.newEpoch)
            #expect(try await server.count("events") == 0)
            #expect(try await send([TestDevice.event(4, &chain)]).storedThrough == 4)
            #expect(try await server.count("events") == 1)
        }
    }

    @Test("ended runs, orders and audit go by days; what still runs stays", .tags(.R14))
    func operations() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            try await device.report()
            try await server.apply(OrderExpiryTests.task)
            for state in [WireRunState.succeeded, .running] {
                let run = try #require(
                    try await server.actions.run("scan-home", on: [device.uid], by: TestServer.admin).runs.first)
                _ = try await device.exchange { _, frame in
                    frame.orderReplies = [
                        .with {
                            $0.id = Data(run.order.bytes)
                            $0.status = .accepted
                        }
                    ]
                    frame.runs = [
                        .with {
                            $0.runID = Data(run.run.bytes)
                            $0.state = state
                        }
                    ]
                }
            }
            server.clock.advance(seconds: 40 * Self.day)
            try await trimmer(server) { $0.runDays = 30 }.trim()
            #expect(try await server.queries.runs(page: PageRequest()).items.map(\.state) == [.running])
            #expect(try await server.count("orders") == 0)
            #expect(try await server.count("audit") > 0)
            try await trimmer(server) { $0.auditDays = 30 }.trim()
            #expect(try await server.count("audit") == 0)
        }
    }
}
