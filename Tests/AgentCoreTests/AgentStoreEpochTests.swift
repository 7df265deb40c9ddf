import AgentCore
import DeviceProtocol
import Foundation
import PluginTestBench
import SwiftProtobuf
import Testing

/// What the spool does when the server holds another history than the device.
@Suite(.tags(.R16)) struct AgentStoreEpochTests {
    private let directory: TemporaryDirectory
    private let store: AgentStore
    private let epochs: ([UInt8], [UInt8]) = (
        Identifier.make(now: 1).bytes, Identifier.make(now: 2).bytes
    )

    init() throws {
        directory = try TemporaryDirectory()
        store = try AgentStore(path: directory.path + "/agent.db")
    }

    private func emit(_ numbers: ClosedRange<Int>) async throws {
        for number in numbers {
            let id = withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) + Array($0) }
            _ = try await store.append(
                [SpooledEvent(id: id, application: "a", severity: 1, type: "t", text: "\(number)", time: 0)],
                from: "p", now: 0)
        }
    }

    private func batch() async throws -> WireEventBatch {
        try #require(try await store.nextBatches(bytes: 1 << 20, now: 0).first)
    }

    private func receipt(
        _ batch: WireEventBatch, through: UInt64, digest: Data? = nil, newEpoch: Bool = false
    ) -> WireStreamReceipt {
        .with {
            $0.stream = batch.stream
            $0.epoch = batch.epoch
            $0.storedThrough = through
            $0.digest = digest ?? batch.events.last { $0.number <= through }?.digest ?? Data()
            $0.newEpoch = newEpoch
        }
    }

    @Test func `after the agreed part the rest is renumbered under a new epoch, with the same ids`() async throws {
        try await emit(1...5)
        let old = try await batch()
        try await store.take([receipt(old, through: 2, newEpoch: true)], now: 0)
        let new = try await batch()
        #expect(new.epoch != old.epoch)
        #expect(new.baseNumber == 0)
        #expect(new.events.map(\.number) == [1, 2, 3])
        #expect(new.events.map(\.id) == old.events[2...].map(\.id))
        var chain = EventChain()
        #expect(
            new.events.map { Array($0.digest) } == new.events.map { chain.append(number: $0.number, id: Array($0.id)) })
        // What comes later continues the new chain.
        try await emit(6...6)
        let longer = try await batch()
        #expect(longer.events.last.map { Array($0.digest) } == chain.append(number: 4, id: Array(longer.events[3].id)))
    }

    @Test func `a receipt for the epoch before acknowledges nothing`() async throws {
        try await emit(1...3)
        let old = try await batch()
        try await store.take([receipt(old, through: 0, newEpoch: true)], now: 0)
        try await store.take([receipt(old, through: 3)], now: 0)
        #expect(try await batch().events.count == 3)
    }

    @Test func `a receipt that speaks of another event under the same number acknowledges nothing`() async throws {
        try await emit(1...3)
        let sent = try await batch()
        try await store.take([receipt(sent, through: 3, digest: Data(repeating: 7, count: 8))], now: 0)
        #expect(try await batch().events.count == 3)
    }

    @Test func `after a restore of the server the streams are proven even without events, and the loss is told`()
        async throws
    {
        #expect(try await store.take(storeEpoch: epochs.0) == false)
        try await emit(1...4)
        let sent = try await batch()
        try await store.take([receipt(sent, through: 4)], now: 0)
        #expect(try await store.nextBatches(bytes: 1 << 20, now: 0).isEmpty)
        #expect(try await store.take(storeEpoch: epochs.1))
        let probe = try await batch()
        #expect(probe.events.isEmpty && probe.baseNumber == 4)
        #expect(probe.baseDigest == sent.events[3].digest)
        try await store.take([receipt(probe, through: 1, newEpoch: true)], now: 0)
        let told = try await batch()
        #expect(told.events.map(\.type) == [AgentEvent.eventsLost])
        #expect(String(decoding: told.events[0].data, as: UTF8.self) == #"{"stream":"normal","most":3}"#)
        #expect(try await store.hasUnprovenStreams() == false)
    }

    @Test func `a restored server that still holds everything is believed, and nothing is told`() async throws {
        _ = try await store.take(storeEpoch: epochs.0)
        try await emit(1...2)
        let sent = try await batch()
        try await store.take([receipt(sent, through: 2)], now: 0)
        _ = try await store.take(storeEpoch: epochs.1)
        let probe = try await batch()
        try await store.take([receipt(probe, through: 2, digest: probe.baseDigest)], now: 0)
        #expect(try await store.nextBatches(bytes: 1 << 20, now: 0).isEmpty)
    }

    @Test func `a device that was restored tells no loss`() async throws {
        try await emit(1...2)
        let sent = try await batch()
        try await store.take([receipt(sent, through: 2)], now: 0)
        try await emit(3...3)
        try await store.take([receipt(try await batch(), through: 0, newEpoch: true)], now: 0)
        #expect(try await batch().events.map(\.text) == ["3"])
    }
}
