import Testing

@testable import AgentGateway

@Suite struct MemoryReturnTests {
    private static func dues(_ counts: [Int]) -> [Bool] {
        var memory = MemoryReturn()
        return counts.map { memory.isDue(connections: $0) }
    }

    @Test func `memory is given back once many connections have come, and no more do`() {
        #expect(Self.dues([0, 500, 1_000, 1_010, 1_010]) == [false, false, false, true, false])
    }

    @Test func `memory is given back once many have gone, also all`() {
        #expect(Self.dues([1_000, 1_000, 0, 0, 0]) == [false, true, false, true, false])
    }

    @Test func `a handful of connections is no reason, nor is a small share of many`() {
        #expect(Self.dues([60, 60, 0, 0]) == [false, false, false, false])
        #expect(Self.dues([10_000, 10_000, 9_600, 9_600]) == [false, true, false, false])
    }
}
