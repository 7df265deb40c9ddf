import DeviceProtocol
import Foundation
import ServerCore
import SwiftProtobuf
import Testing

@Suite struct ExchangeReportTests {
    private func software(_ name: String, _ version: String) -> WireSoftware {
        .with {
            $0.name = name; $0.version = version; $0.architecture = "amd64"; $0.source = "deb"
        }
    }

    private func names(_ server: TestServer) async throws -> [String] {
        try await server.queries.software(page: PageRequest()).items.map { "\($0.name) \($0.version)" }
    }

    @Test("software comes as a snapshot, then as changes from a list that both know", .tags(.R11))
    func inventory() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            let (one, two) = (Data(repeating: 1, count: 32), Data(repeating: 2, count: 32))
            let asked = try await device.exchange { _, frame in frame.inventoryHash = one }
            #expect(asked.frame.inventoryWanted && asked.frame.inventoryKnown.isEmpty)
            let taken = try await device.exchange { _, frame in
                frame.inventoryHash = one
                frame.inventory = .with {
                    $0.hash = one; $0.added = [software("a", "1"), software("b", "1")]
                }
            }
            #expect(!taken.frame.inventoryWanted && taken.frame.inventoryKnown == one)
            _ = try await device.exchange { _, frame in
                frame.inventoryHash = two
                frame.inventory = .with {
                    $0.baseHash = one
                    $0.hash = two
                    $0.removed = [software("a", "1")]
                    $0.added = [software("a", "2")]
                }
            }
            #expect(try await names(server) == ["a 2", "b 1"])
            let quiet = try await device.exchange { _, frame in frame.inventoryHash = two }
            #expect(!quiet.frame.inventoryWanted && quiet.frame.inventoryKnown.isEmpty)
        }
    }

    @Test("a change from a list that the server does not hold is not taken", .tags(.R11))
    func unknownBase() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            let answer = try await device.exchange { _, frame in
                frame.inventoryHash = Data([2])
                frame.inventory = .with {
                    $0.baseHash = Data([1]); $0.hash = Data([2]); $0.added = [software("a", "1")]
                }
            }
            #expect(answer.frame.inventoryWanted && answer.frame.inventoryKnown.isEmpty)
            #expect(try await names(server).isEmpty)
        }
    }

    @Test("a run only goes forward, and its end stays as it is", .tags(.R14))
    func runsForward() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            let id = RunID.make(now: TestClock.start)
            func report(_ state: WireRunState, _ percent: UInt32) async throws -> RunRecord {
                _ = try await device.exchange { _, frame in
                    frame.runs = [
                        .with {
                            $0.runID = Data(id.bytes)
                            $0.taskName = "scan"
                            $0.state = state
                            $0.percent = percent
                            $0.trigger = .schedule
                        }
                    ]
                }
                return try await server.queries.run(id)
            }
            #expect(try await report(.running, 40).percent == 40)
            #expect(try await report(.pending, 0).state == .running)
            #expect(try await report(.succeeded, 100).state == .succeeded)
            #expect(try await report(.running, 50).state == .succeeded)
            #expect(try await report(.failed, 50).state == .succeeded)
            #expect(try await server.queries.run(id).trigger == "schedule")
        }
    }

    @Test("a device is asked about runs without an end, and what it does not know is lost", .tags(.R14))
    func openRuns() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            let id = RunID.make(now: TestClock.start)
            func meet(
                _ start: UInt8, counter: UInt64, _ state: WireRunState?
            ) async throws -> (state: RunState, asked: Bool) {
                device.peer.connection += 1
                let answer = try await device.exchange { _, frame in
                    frame.startCounter = counter
                    frame.startID = Data(repeating: start, count: 8)
                    if let state {
                        frame.runs = [
                            .with {
                                $0.runID = Data(id.bytes)
                                $0.state = state
                            }
                        ]
                    }
                }
                let asked = answer.frame.openRuns.map(Array.init) == [id.bytes]
                return (try await server.queries.run(id).state, asked)
            }
            #expect(try await meet(1, counter: 5, .running) == (.running, true))
            #expect(try await meet(2, counter: 6, nil) == (.running, true))
            #expect(try await meet(2, counter: 6, .lost) == (.lost, false))
            #expect(try await meet(2, counter: 6, .running) == (.lost, false))
            #expect(try await meet(2, counter: 6, .succeeded) == (.succeeded, false))
        }
    }

    @Test("another device cannot change a run", .tags(.R14))
    func foreignRun() async throws {
        try await TestServer.run { server in
            var owner = TestDevice(server, try await server.addDevice())
            var other = TestDevice(server, try await server.addDevice())
            let id = RunID.make(now: TestClock.start)
            let run = WireTaskRun.with {
                $0.runID = Data(id.bytes); $0.state = .running
            }
            _ = try await owner.exchange { _, frame in frame.runs = [run] }
            var final = run
            final.state = .failed
            _ = try await other.exchange { _, frame in frame.runs = [final] }
            #expect(try await server.queries.run(id).state == .running)
        }
    }

    @Test("the latest statistics are kept, and a bounded history", .tags(.R15))
    func statistics() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            func report(_ value: Double) async throws {
                _ = try await device.exchange { _, frame in
                    frame.statistics = [
                        .with {
                            $0.application = "martlet.clamav"
                            $0.time = server.clock.now
                            $0.values = [
                                .with {
                                    $0.name = "files"; $0.kind = .counter; $0.value = value; $0.startTime = 1
                                }
                            ]
                        }
                    ]
                }
            }
            for value in 1...3 {
                try await report(Double(value))
                server.clock.advance(seconds: 900)
            }
            #expect(try await server.queries.statistics(page: PageRequest()).items.map(\.value) == [3])
            #expect(try await server.count("statistics_history") == 3)
            server.clock.advance(seconds: 8 * 86_400)
            try await report(9)
            #expect(try await server.count("statistics_history") == 1)
        }
    }
}
