import DeviceProtocol
import Foundation
import PluginTestBench
import Testing

@testable import AgentCore

@Suite(.tags(.R16)) struct AgentStoreTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/agent.db" }

    init() throws { directory = try TemporaryDirectory() }

    private func store(events: Int64 = 200_000, bytes: Int64 = 64 << 20, ids: Int64 = 4_096) throws -> AgentStore {
        var limits = SpoolLimits()
        limits.events = events
        limits.bytes = bytes
        limits.rememberedIDs = ids
        return try AgentStore(path: path, limits: limits)
    }

    private func event(_ number: Int, severity: Int = 1, text: String = "x") -> SpooledEvent {
        SpooledEvent(
            id: withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) + Array($0) }, application: "a",
            severity: severity,
            type: "t", text: text, time: Int64(number))
    }

    private func pending(_ store: AgentStore) async throws -> [WireEventBatch] {
        try await store.nextBatches(bytes: 1 << 20, now: 0)
    }

    private func receipt(_ batch: WireEventBatch, through: UInt64) -> WireStreamReceipt {
        var receipt = WireStreamReceipt()
        receipt.stream = batch.stream
        receipt.epoch = batch.epoch
        receipt.storedThrough = through
        receipt.digest = batch.events.last { $0.number <= through }?.digest ?? Data()
        return receipt
    }

    @Test func `events of both streams are numbered, urgent ones go first, and a receipt forgets them`() async throws {
        let store = try store()
        let admissions = try await store.append(
            [event(1), event(2, severity: 4), event(3), event(4, severity: 3)], from: "p", now: 0)
        #expect(admissions == [.stored, .stored, .stored, .stored])
        let batches = try await pending(store)
        #expect(batches.map(\.stream) == [.urgent, .normal])
        #expect(batches.map { $0.events.map(\.number) } == [[1, 2], [1, 2]])
        try await store.take([receipt(batches[0], through: 2), receipt(batches[1], through: 1)], now: 0)
        let rest = try await pending(store)
        #expect(rest.map { $0.events.map(\.number) } == [[2]])
        #expect(rest[0].baseNumber == 1)
        #expect(rest[0].baseDigest == batches[1].events[0].digest)
    }

    @Test func `an id that comes again is stored once, also after a restart`() async throws {
        _ = try await store().append([event(1)], from: "p", now: 0)
        let again = try store()
        #expect(try await again.append([event(1), event(2)], from: "p", now: 0) == [.duplicate, .stored])
        #expect(try await again.append([event(1)], from: "another plugin", now: 0) == [.stored])
        #expect(await again.spoolDepth().events == 3)
    }

    @Test func `ids are remembered up to their number, the oldest go first`() async throws {
        let store = try store(ids: 3)
        for number in 1...5 { _ = try await store.append([event(number)], from: "p", now: 0) }
        #expect(
            try await store.append([event(3), event(4), event(5)], from: "p", now: 0) == [
                .duplicate, .duplicate, .duplicate,
            ])
        #expect(try await store.append([event(1)], from: "p", now: 0) == [.stored])
    }

    @Test func `a full spool drops the oldest of the least severe and counts them in an event`() async throws {
        let store = try store(events: 10)
        for number in 1...5 { _ = try await store.append([event(number, severity: 2)], from: "p", now: 0) }
        for number in 6...30 { _ = try await store.append([event(number, severity: 1)], from: "p", now: 0) }
        for number in 31...34 { _ = try await store.append([event(number, severity: 4)], from: "p", now: 0) }
        let events = try await pending(store).flatMap(\.events)
        let kept = events.filter { $0.application == "a" }
        #expect(kept.filter { $0.severity == .critical }.count == 4)
        let losses = events.filter { $0.type == AgentEvent.eventsDropped }
        #expect(!losses.isEmpty)
        #expect(losses.allSatisfy { $0.text.hasPrefix("dropped ") })
        #expect(await store.spoolDepth().events <= 12)
    }

    @Test func `an event that is too large is refused alone`() async throws {
        let store = try store()
        let admissions = try await store.append(
            [event(1), event(2, text: String(repeating: "x", count: DeviceLimits.eventBytes)), event(3)], from: "p",
            now: 0)
        #expect(admissions.first == .stored && admissions.last == .stored)
        if case .refused(let reason) = admissions[1] {
            #expect(reason.contains("8192"))
        } else {
            Issue.record("not refused")
        }
    }

    @Test func `a receipt of another epoch changes nothing`() async throws {
        let store = try store()
        _ = try await store.append([event(1)], from: "p", now: 0)
        var stale = receipt(try await pending(store)[0], through: 1)
        stale.epoch = Data(repeating: 9, count: 16)
        try await store.take([stale], now: 0)
        #expect(await store.spoolDepth().events == 1)
    }

    @Test func `a batch stays within its bytes but always carries one event`() async throws {
        let store = try store()
        for number in 1...20 {
            _ = try await store.append([event(number, text: String(repeating: "x", count: 1_000))], from: "p", now: 0)
        }
        #expect(try await store.nextBatches(bytes: 5_000, now: 0).flatMap(\.events).count == 4)
        #expect(try await store.nextBatches(bytes: 10, now: 0).flatMap(\.events).count == 1)
    }

    @Test func `the same run is accepted once`() async throws {
        let store = try store()
        let run = JournaledRun(
            runID: .make(now: 0), taskUID: [], taskName: "t", application: "a", task: "x", parameters: [],
            trigger: .operator, timeLimit: 0, now: 0)
        #expect(try await store.accept(run))
        #expect(try await !store.accept(run))
        #expect(try await store.unfinishedRuns() == [run])
        try await store.acknowledge(run: run.runID, revision: 1)
        #expect(try await store.unreportedRuns().isEmpty)
    }

    @Test(.tags(.R14)) func `an operator's run and the answer to its order are recorded together, the run once`()
        async throws
    {
        let store = try store()
        let run = JournaledRun(
            runID: .make(now: 0), taskUID: [], taskName: "t", application: "a", task: "x", parameters: [],
            trigger: .operator, timeLimit: 0, now: 0)
        let answers = (1...2).map { OrderAnswer(id: Array(repeating: $0, count: 16), status: .accepted) }
        #expect(try await store.accept(run, answering: answers[0], now: 1))
        #expect(try await !store.accept(run, answering: answers[1], now: 2))
        #expect(try await store.unreportedAnswers() == answers)
        #expect(try await store.unreportedRuns() == [run])
        try await store.acknowledge(
            digest: [1], inventory: nil, runs: [(run.runID, run.revision)], answers: answers.map(\.id))
        #expect(try await store.unreportedAnswers().isEmpty)
        #expect(try await store.unreportedRuns().isEmpty)
        #expect(try await store.acknowledgedDigest() == [1])
    }

    @Test(.tags(.R14)) func `a run that only the server knows is lost, is reported as that, and never starts`()
        async throws
    {
        let store = try store()
        let run = JournaledRun(
            runID: .make(now: 0), taskUID: [], taskName: "t", application: "a", task: "x", parameters: [],
            trigger: .operator, timeLimit: 0, now: 0)
        #expect(try await store.noteLost(run.runID, now: 7))
        #expect(try await !store.noteLost(run.runID, now: 8))
        #expect(try await store.unreportedRuns().map(\.state) == [.lost])
        #expect(try await !store.accept(run))
        #expect(try await store.unfinishedRuns().isEmpty)
    }

    @Test(.tags(.R05)) func `a wake counter is taken once, and lower ones never, also after a restart`() async throws {
        let first = try store()
        #expect(try await first.acceptWake(counter: 5))
        #expect(try await !first.acceptWake(counter: 5))
        let second = try store()
        #expect(try await !second.acceptWake(counter: 4))
        #expect(try await second.acceptWake(counter: 6))
    }

    @Test func `a new key leaves the one before valid`() async throws {
        let store = try store()
        let keys = (1...3).map { UDPKey(id: UInt32($0), bytes: [UInt8](repeating: UInt8($0), count: 32)) }
        for key in keys { try await store.take(key) }
        #expect(try await store.udpKeys() == [keys[2], keys[1]])
    }

    @Test func `a database of a newer agent is refused by name`() async throws {
        _ = try store()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = [path, "PRAGMA user_version = 99"]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        #expect { _ = try store() } throws: { "\($0)".contains("newer agent") }
    }
}
