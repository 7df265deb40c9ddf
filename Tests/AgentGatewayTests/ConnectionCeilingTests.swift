import AgentGateway
import DeviceProtocol
import Testing

@Suite(.tags(.R04)) struct ConnectionCeilingTests {
    private static func device(_ number: UInt64) -> DeviceUID { .version7(now: 0, random: (0, number << 8)) }

    @Test func `places are taken in the order of asking and given back`() {
        var ceiling = ConnectionCeiling(limit: 1)
        #expect(ceiling.take(Self.device(1), priority: 0) == .granted)
        #expect(ceiling.take(Self.device(1), priority: 0) == .granted)
        #expect(ceiling.take(Self.device(2), priority: 0) == .refused)
        ceiling.release(Self.device(1))
        #expect(ceiling.take(Self.device(2), priority: 0) == .granted)
    }

    @Test func `a higher priority takes the place of the lowest`() {
        var ceiling = ConnectionCeiling(limit: 2)
        _ = ceiling.take(Self.device(1), priority: 5)
        _ = ceiling.take(Self.device(2), priority: 1)
        #expect(ceiling.wouldGrant(Self.device(3), priority: 2))
        #expect(ceiling.take(Self.device(3), priority: 2) == .grantedInsteadOf(Self.device(2)))
        #expect(ceiling.take(Self.device(2), priority: 2) == .refused)
        #expect(ceiling.count == 2)
    }

    @Test func `a ceiling of zero grants nothing`() {
        var ceiling = ConnectionCeiling(limit: 0)
        #expect(!ceiling.wouldGrant(Self.device(1), priority: 100))
        #expect(ceiling.take(Self.device(1), priority: 100) == .refused)
    }
}
