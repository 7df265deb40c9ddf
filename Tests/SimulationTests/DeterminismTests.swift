import Simulation
import Testing

@Suite(.tags(.R15)) struct DeterminismTests {
    private func report(seed: UInt64) async throws -> FleetReport {
        let plan = Plan(seed: seed, devices: 30, troubled: 3_600_000_000)
        return try await Fleet(seed: seed, plan: plan).run()
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `the same seed gives the same history`(_ seed: UInt64) async throws {
        let first = try await report(seed: seed)
        let second = try await report(seed: seed)
        #expect(first.traceHash == second.traceHash)
        #expect(first.lines == second.lines)
        #expect(first.lines > 300)
    }

    @Test func `another seed gives another history`() async throws {
        var hashes: Set<UInt64> = []
        for seed in 1...8 as ClosedRange<UInt64> { hashes.insert(try await report(seed: seed).traceHash) }
        #expect(hashes.count == 8)
    }

    @Test func `a violation is had again with its trace`() async throws {
        let campaign = Campaign(seed: 1, devices: 4_000, troubled: 3_600_000_000)
        var found: Violation?
        for number in 0..<campaign.fleets where found == nil {
            found = try await campaign.fleet(number, sabotage: SpoolNotDurable()).run().violation
        }
        let first = try #require(found)
        let again = Campaign(seed: first.seed, devices: Campaign.fleetSize, troubled: 3_600_000_000)
        let second = try #require(try await again.fleet(0, sabotage: SpoolNotDurable()).run().violation)
        #expect(second.description == first.description)
        #expect(!first.trace.isEmpty)
    }
}
