import Testing

@testable import AgentGateway

@Suite struct PushPaceTests {
    private let now = ContinuousClock.now
    private let most = PushPace<Int>.atOnce

    @Test func `so many are pushed at a time, in order, each once`() {
        var pace = PushPace<Int>()
        var turns = pace.add(Array(0..<most + 3), now: now)
        #expect(turns.map(\.key) == Array(0..<most))
        // What waits already is not named twice; what was pushed may be due again.
        #expect(pace.add([most, most + 1, 0], now: now) == [])
        var ended = 0
        while ended < turns.count {
            turns += pace.done(turns[ended].number, now: now)
            ended += 1
        }
        #expect(turns.map(\.key) == Array(0..<most + 3) + [0])
        #expect(pace.isIdle)
        #expect(pace.add([7], now: now).map(\.key) == [7])
    }

    @Test func `a push that takes too long gives its turn back, once`() {
        var pace = PushPace<Int>()
        let slow = pace.add(Array(0..<most), now: now)
        let later = now + .seconds(1)
        #expect(pace.add([100, 101], now: later) == [])
        #expect(pace.expire(before: now, now: later) == [])
        #expect(pace.expire(before: later, now: later).map(\.key) == [100, 101])
        // It ends all the same.
        #expect(pace.done(slow[0].number, now: later) == [])
        #expect(!pace.isIdle)
    }
}
