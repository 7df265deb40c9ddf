import Testing

@testable import AgentGateway

@Suite struct MemoryReturnTests {
    private static func dues(_ counts: [Int]) -> [Bool] {
        var memory = MemoryReturn()
        return counts.map { memory.isDue(connections: $0, spent: .zero) }
    }

    /// `work` in milliseconds of a processor between two looks.
    private static func dues(work: [Int]) -> [Bool] {
        var memory = MemoryReturn()
        var spent = Duration.zero
        return work.map { work in
            spent += .milliseconds(work)
            guard memory.isDue(connections: 10, spent: spent) else { return false }
            // What it costs by itself.
            spent += .milliseconds(150)
            memory.wasDone(spent: spent)
            return true
        }
    }

    @Test func `memory is given back once many connections have come, and no more do`() {
        #expect(Self.dues([0, 500, 1_000, 1_010, 1_010]) == [false, false, false, true, false])
    }

    @Test func `memory is given back once many have gone, also all`() {
        #expect(Self.dues([1_000, 1_000, 0, 0, 0]) == [false, true, false, true, false])
    }

    @Test func `memory is given back once hard work is over`() {
        #expect(
            Self.dues(work: [20, 900, 3_000, 2_000, 400, 30, 30]) == [false, false, false, false, true, false, false])
    }

    @Test func `giving it back is no hard work, and is not done for work again within a minute`() {
        #expect(Self.dues(work: [900, 20, 20, 20, 20]) == [false, true, false, false, false])
        let waves = Self.dues(work: (0..<20).map { $0.isMultiple(of: 2) ? 400 : 20 })
        #expect(waves.enumerated().filter(\.element).map(\.offset) == [1, 9, 17])
    }

    @Test func `steady work is no reason, nor is little of it`() {
        #expect(!Self.dues(work: [500, 450, 520, 480, 300, 500]).contains(true))
        #expect(!Self.dues(work: [5, 90, 5, 60, 5]).contains(true))
    }

    @Test func `a handful of connections is no reason, nor is a small share of many`() {
        #expect(Self.dues([60, 60, 0, 0]) == [false, false, false, false])
        #expect(Self.dues([10_000, 10_000, 9_600, 9_600]) == [false, true, false, false])
    }
}
