import Testing

@testable import AgentGateway

@Suite struct WakePaceTests {
    @Test func `bulk wakes come no faster than the rate, one alone does not wait`() {
        var pace = WakePace(perSecond: 100)
        let now = ContinuousClock.now
        let waits = (0..<5).map { _ in pace.turn(now: now) }
        #expect(waits == [.zero, .milliseconds(10), .milliseconds(20), .milliseconds(30), .milliseconds(40)])
        #expect(pace.turn(now: now + .seconds(1)) == .zero)
    }
}
