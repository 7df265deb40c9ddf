import NIOHTTP1
import OpAMP
import Testing

@testable import AgentCore

/// How much a peer may say before anybody knows who it is.
@Suite struct AnonymousLimitTests {
    private func status(_ bench: Bench, bytes: Int) async throws -> UInt {
        let link = try await HTTPLink.open(bench.anonymous)
        do {
            let answer = try await link.call(
                .POST, "/v1/opamp", ["content-type": "application/x-protobuf"],
                // What does not become smaller on its way.
                (0..<bytes).map { _ in UInt8.random(in: .min ... .max) })
            await link.close()
            return answer.status.code
        } catch {
            await link.close()
            throw error
        }
    }

    @Test func `without a certificate a message is read up to its limit, and refused beyond`() async throws {
        let bench = try await Bench()
        // Read, and then refused for what it is: without a certificate one may only enrol.
        #expect(try await [400, 401].contains(status(bench, bytes: OpAMPLimits.unauthenticatedBytes - 100)))
        #expect(try await status(bench, bytes: OpAMPLimits.unauthenticatedBytes + 1) == 413)
    }
}
