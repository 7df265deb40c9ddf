import FleetSimulator
import Testing

@Suite struct StepReportTests {
    @Test func `a spread tells the middle, the slow ones, the last and the busiest second`() throws {
        let times = (1...100).map { Int64($0) * 100_000 }.shuffled()
        let spread = try #require(StepReport.Spread(microseconds: times))
        #expect(spread.count == 100)
        #expect(spread.p50 == 5_000)
        #expect(spread.p99 == 9_900)
        #expect(spread.most == 10_000)
        #expect(spread.busiestSecond == 10)
    }

    @Test func `of no device there is no spread`() { #expect(StepReport.Spread(microseconds: []) == nil) }

    @Test func `what several crews say adds up`() {
        var one = FleetStatus()
        one.devices = 3
        one.connected = 2
        one.spooled = 4
        var other = one
        other.untold = 1
        other.lastFailure = "refused"
        let sum = one + other
        #expect(sum.devices == 6)
        #expect(sum.reached(.connected) == 4)
        #expect(sum.reached(.drained) == 0)
        #expect(sum.reached(.told) == 5)
        #expect(sum.lastFailure == "refused")
    }
}
