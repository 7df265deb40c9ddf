import AgentCore
import Testing

@Suite struct TrustedTimeTests {
    private static let now = AgentVersion.released + 1_000_000

    @Test func `a clock in 1970 is not believed, one that is later than all is`() {
        #expect(TrustedTime(known: 0, clock: { 5 }).now() == AgentVersion.released)
        #expect(TrustedTime(known: Self.now, clock: { 5 }).now() == Self.now)
        #expect(TrustedTime(known: 0, clock: { Self.now + 7 }).now() == Self.now + 7)
    }

    @Test func `a server whose clock jumped beyond its own certificate is believed up to its end`() {
        let time = TrustedTime(known: 0, clock: { 5 })
        // Before any certificate was verified nothing is believed.
        time.learn(Self.now * 2)
        #expect(time.now() == AgentVersion.released)
        time.verified(until: Self.now + 100)
        time.learn(Self.now)
        #expect(time.now() == Self.now)
        time.learn(Self.now * 2)
        #expect(time.now() == Self.now + 100)
    }
}
