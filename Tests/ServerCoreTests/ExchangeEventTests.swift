import DesiredState
import DeviceProtocol
import Foundation
import OpAMP
import ServerCore
import SwiftProtobuf
import Testing

@Suite struct ExchangeEventTests {
    private static let epoch = Data(Identifier.make(now: TestClock.start).bytes)

    private func batch(_ events: [WireEvent], base: (UInt64, Data)? = nil) -> WireEventBatch {
        .with {
            $0.stream = .urgent
            $0.epoch = Self.epoch
            $0.events = events
            if let base {
                $0.baseNumber = base.0
                $0.baseDigest = base.1
            }
        }
    }

    @Test("events are stored once however often they are sent, and receipted through the last", .tags(.R16))
    func exactlyOnce() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            var chain = EventChain()
            let events = [1, 2, 5].map { TestDevice.event($0, &chain) }
            for _ in 1...3 {
                let answer = try await device.exchange { _, frame in frame.events = [batch(events)] }
                #expect(answer.frame.receipts.map(\.storedThrough) == [5])
                #expect(answer.frame.receipts.first?.digest == events[2].digest)
                #expect(answer.frame.receipts.first?.newEpoch == false)
            }
            let page = try await server.queries.events(EventFilter(), page: PageRequest())
            #expect(page.items.map(\.number) == [5, 2, 1])
            #expect(page.items.first?.data == ["file": "/tmp/eicar"])
        }
    }

    @Test(
        "an event that can never be stored is refused alone", .tags(.R16),
        arguments: [
            ("size", "larger"), ("json", "data"), ("utf8", "UTF-8"), ("severity", "severity"), ("id", "id"),
            ("array", "object"), ("application", "the server's own"),
        ])
    func refusedAlone(defect: String, reason: String) async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            var chain = EventChain()
            let good = TestDevice.event(1, &chain)
            let bad = TestDevice.event(2, &chain) { event in
                switch defect {
                case "size": event.data = Data(("{\"a\":\"" + String(repeating: "x", count: 9_000) + "\"}").utf8)
                case "json": event.data = Data("{".utf8)
                case "array": event.data = Data("[]".utf8)
                case "utf8": event.data = Data([0x7B, 0xFF, 0x7D])
                case "application": event.application = "martlet.server"
                case "severity": event.severity = .UNRECOGNIZED(99)
                default: event.id = Data([1])
                }
            }
            let last = TestDevice.event(3, &chain)
            let answer = try await device.exchange { _, frame in frame.events = [batch([good, bad, last])] }
            let receipt = try #require(answer.frame.receipts.first)
            #expect(receipt.storedThrough == 3)
            #expect(receipt.refused.map(\.number) == [2])
            #expect(receipt.refused.first?.reason.contains(reason) == true)
            #expect(try await server.count("events") == 2)
        }
    }

    @Test("another history under the same epoch gets a new epoch and changes nothing", .tags(.R16))
    func otherHistory() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            var chain = EventChain()
            let first = [1, 2].map { TestDevice.event($0, &chain) }
            _ = try await device.exchange { _, frame in frame.events = [batch(first)] }
            var fork = EventChain()
            let other = [1, 2, 3].map { TestDevice.event($0, &fork) }
            let overlap = try await device.exchange { _, frame in frame.events = [batch(other)] }
            #expect(overlap.frame.receipts.first?.newEpoch == true)
            #expect(overlap.frame.receipts.first?.storedThrough == 0)
            let base = try await device.exchange { _, frame in
                frame.events = [batch([other[2]], base: (2, other[1].digest))]
            }
            #expect(base.frame.receipts.first?.newEpoch == true)
            let ahead = try await device.exchange { _, frame in
                frame.events = [batch([TestDevice.event(9, &fork)], base: (8, Data(repeating: 1, count: 8)))]
            }
            #expect(ahead.frame.receipts.first?.newEpoch == true)
            #expect(try await server.count("events") == 2)
        }
    }

    @Test("more batches than streams are refused whole, and so is a start id of any size")
    func crowdedFrames() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            let crowded = try device.message { _, frame in frame.events = Array(repeating: batch([]), count: 3) }
            let answer = try await device.send(crowded).message
            #expect(answer.errorResponse.errorMessage.contains("one batch per stream"))
            let large = try device.message { _, frame in
                frame.startCounter = 1
                frame.startID = Data(count: 1_000_000)
            }
            #expect(try await device.send(large).message.errorResponse.errorMessage.contains("start_id"))
            #expect(try await server.count("event_streams") == 0)
        }
    }

    @Test("a lost receipt contradicts nothing", .tags(.R16))
    func lostReceipt() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            var chain = EventChain()
            let events = [1, 2, 3, 4].map { TestDevice.event($0, &chain) }
            _ = try await device.exchange { _, frame in frame.events = [batch(Array(events[0..<1]))] }
            _ = try await device.exchange { _, frame in
                frame.events = [batch(Array(events[1..<3]), base: (1, events[0].digest))]
            }
            let answer = try await device.exchange { _, frame in
                frame.events = [batch(Array(events[1..<4]), base: (1, events[0].digest))]
            }
            #expect(answer.frame.receipts.first?.storedThrough == 4)
            #expect(answer.frame.receipts.first?.newEpoch == false)
            #expect(try await server.count("events") == 4)
        }
    }

    @Test("a batch without a proper epoch is refused whole")
    func noEpoch() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            var chain = EventChain()
            let event = TestDevice.event(1, &chain)
            let message = try device.message { _, frame in
                frame.events = [
                    .with {
                        $0.stream = .urgent; $0.events = [event]
                    }
                ]
            }
            let answer = try await server.sync.exchange(message, from: device.peer, admission: device.admission)
            #expect(answer.errorResponse.errorMessage.contains("epoch"))
            #expect(try await server.count("events") == 0)
        }
    }

    @Test("a device whose clock is off keeps its time, and gets ours beside it")
    func clockOff() async throws {
        try await TestServer.run { server in
            var device = TestDevice(server, try await server.addDevice())
            var chain = EventChain()
            let hour: Int64 = 3_600_000_000
            let event = TestDevice.event(1, &chain) { $0.deviceTime = TestClock.start - hour - 5_000_000 }
            _ = try await device.exchange { _, frame in
                frame.agentTime = TestClock.start - hour
                frame.events = [batch([event])]
            }
            let stored = try #require(try await server.queries.events(EventFilter(), page: PageRequest()).items.first)
            #expect(stored.deviceTime == TestClock.start - hour - 5_000_000)
            #expect(stored.correctedTime == TestClock.start - 5_000_000)
        }
    }
}
