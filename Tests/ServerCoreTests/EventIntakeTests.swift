import DeviceProtocol
import Foundation
import SwiftProtobuf
import Testing

@testable import ServerCore

/// Histories that parted, decided without a store.
@Suite(.tags(.R16)) struct EventIntakeTests {
    private let common: [WireEvent]
    private let stored: [WireEvent]
    private let forked: [WireEvent]

    /// Events 1 to 3 are common, 4 to 6 differ.
    init() {
        var chain = EventChain()
        common = (1...3).map { TestDevice.event($0, &chain) }
        var fork = chain
        stored = common + (4...6).map { TestDevice.event($0, &chain) }
        forked = common + (4...6).map { TestDevice.event($0, &fork) }
    }

    private func held(through: Int, rows: Bool = true, ids: [WireEvent] = []) -> EventIntake.Held {
        EventIntake.Held(
            mark: StreamMark(stored[through - 1]),
            digests: rows ? Dictionary(uniqueKeysWithValues: stored.map { ($0.number, Array($0.digest)) }) : [:],
            ids: Set(ids.map { Array($0.id) }))
    }

    private func batch(_ events: some Sequence<WireEvent>, base: WireEvent? = nil) -> WireEventBatch {
        .with {
            $0.events = Array(events)
            $0.baseNumber = base?.number ?? 0
            $0.baseDigest = base?.digest ?? Data()
        }
    }

    @Test func `the part that agrees is receipted, the rest is another history`() {
        let judged = EventIntake.judge(batch(forked[1...], base: common[0]), held: held(through: 6))
        #expect(judged == .failure(.init(agreed: StreamMark(common[2]))))
    }

    @Test func `a repetition is receipted only through what it holds`() throws {
        let intake = try EventIntake.judge(batch(stored[1...2], base: stored[0]), held: held(through: 6)).get()
        #expect(intake.receipt == StreamMark(stored[2]))
        #expect(intake.mark == StreamMark(stored[5]))
        #expect(intake.accepted.isEmpty)
    }

    @Test func `a digest that agrees proves those before it, whose rows are gone`() throws {
        var rows = held(through: 6)
        rows.digests[2] = nil
        rows.digests[3] = nil
        let intake = try EventIntake.judge(batch(stored[1...3], base: stored[0]), held: rows).get()
        #expect(intake.receipt == StreamMark(stored[3]))
    }

    @Test func `below a mark whose rows are trimmed nothing is taken for stored`() {
        let judged = EventIntake.judge(batch(forked[3...4], base: common[2]), held: held(through: 6, rows: false))
        #expect(judged == .failure(.init(agreed: StreamMark(common[2]))))
    }

    @Test func `a number that an overflow left out and that another event has now is another history`() {
        var rows = held(through: 6)
        rows.digests[4] = nil
        rows.digests[5] = nil
        let judged = EventIntake.judge(batch([forked[3]], base: common[2]), held: rows)
        #expect(judged == .failure(.init(agreed: StreamMark(common[2]))))
    }

    @Test func `a base that the store lost is another history`() {
        let judged = EventIntake.judge(batch([], base: stored[5]), held: held(through: 3))
        #expect(judged == .failure(.init(agreed: StreamMark(common[2]))))
    }

    @Test func `a batch without events asks whether the base is held`() throws {
        let intake = try EventIntake.judge(batch([], base: stored[5]), held: held(through: 6)).get()
        #expect(intake.receipt == StreamMark(stored[5]))
    }

    @Test func `an event that came under another epoch is receipted and not stored again`() throws {
        var chain = EventChain()
        var renumbered = [stored[3], TestDevice.event(2, &chain)]
        renumbered[0].number = 1
        let intake = try EventIntake.judge(
            batch(renumbered), held: EventIntake.Held(ids: [Array(stored[3].id)])
        ).get()
        #expect(intake.accepted.map(\.number) == [2])
        #expect(intake.receipt.through == 2)
    }
}
