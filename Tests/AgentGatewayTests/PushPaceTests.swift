import Testing

@testable import AgentGateway

@Suite struct PushPaceTests {
    @Test func `so many are pushed at a time, in order, each once`() {
        var pace = PushPace<Int>()
        let most = PushPace<Int>.atOnce
        var pushed = pace.add(Array(0..<most + 3))
        #expect(pushed == Array(0..<most))
        // What waits already is not named twice; what was pushed may be due again.
        #expect(pace.add([most, most + 1, 0]) == [])
        for _ in 0..<most + 4 { pushed += pace.done() }
        #expect(pushed == Array(0..<most + 3) + [0])
        #expect(pace.add([7]) == [7])
    }
}
