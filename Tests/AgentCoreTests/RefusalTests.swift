import Testing

@testable import AgentCore

/// How long a server's refusal of a kept connection holds.
@Suite struct RefusalTests {
    @Test(
        "it holds for what is left by the server's clock, for a day at most, whatever a server says",
        arguments: [
            (1_900, 1_000, 900), (1_000, 1_000, 0), (1_000, 1_900, 0),
            (Int64.max, 0, SessionSettings.longestRefusal), (Int64.max, -1, SessionSettings.longestRefusal),
            (Int64.min, 0, 0),
        ] as [(Int64, Int64, Int64)])
    func lasts(end: Int64, serverTime: Int64, expected: Int64) {
        #expect(SessionSettings.refusal(until: end, serverTime) == expected)
    }
}
