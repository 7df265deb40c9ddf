import OpAMP
import Testing

@testable import AgentCore

@Suite(.tags(.R03)) struct PersistentExchangeTests {
    private static func frame(_ number: UInt64) -> OutgoingFrame {
        OutgoingFrame(message: OpAMPAgentToServer(), number: number, generation: 0)
    }

    @Test func `one frame is outstanding at a time, and what comes meanwhile is said next`() {
        var exchange = PersistentExchange()
        #expect(exchange.begin() == nil)
        exchange.want(.event)
        #expect(exchange.begin() == .event)
        exchange.want(.change)
        #expect(exchange.begin() == nil, "a frame is being composed")
        exchange.sent(Self.frame(1))
        #expect(exchange.begin() == nil, "a frame is on its way")
        #expect(exchange.acknowledged(through: 0) == nil)
        #expect(exchange.acknowledged(through: 1)?.number == 1)
        #expect(exchange.begin() == .change)
    }

    @Test func `the strongest reason wins`() {
        var exchange = PersistentExchange()
        for reason in [ConnectionMachine.Reason.event, .wake, .change] { exchange.want(reason) }
        #expect(exchange.begin() == .wake)
    }

    @Test func `having nothing to say frees the way`() {
        var exchange = PersistentExchange()
        exchange.want(.change)
        _ = exchange.begin()
        exchange.nothingToSay()
        exchange.want(.event)
        #expect(exchange.begin() == .event)
    }

    @Test func `nothing is begun while it is being closed, and the next connection is another`() {
        var exchange = PersistentExchange()
        exchange.closing = true
        exchange.want(.event)
        #expect(exchange.begin() == nil)
        #expect(exchange.next().generation == exchange.generation + 1)
        #expect(exchange.next().wanted == nil)
    }
}
