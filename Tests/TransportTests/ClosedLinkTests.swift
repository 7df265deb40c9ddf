import NIOHTTP1
import Testing

@testable import AgentCore

/// Calls over connections that ended before.
@Suite struct ClosedLinkTests {
    @Test func `a call over a connection that has ended fails at once, and waits for no answer`() async throws {
        let bench = try await Bench()
        let link = try await HTTPLink.open(bench.connector)
        await link.close()
        let error = await #expect(throws: LinkError.self) { try await link.call(.GET, "/", [:], []) }
        #expect(error?.code == .closed)
    }
}
