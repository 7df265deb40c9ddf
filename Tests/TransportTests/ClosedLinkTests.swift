import Foundation
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

    @Test func `where the proxy's credentials cannot be read the file is named, and the agent goes on`() async throws {
        let bench = try await Bench()
        let way = bench.connector
        let file = bench.directory.appendingPathComponent("proxy.credentials").path
        let connector = ServerConnector(
            group: way.group, endpoint: way.endpoint, tls: way.tls,
            proxy: ProxySettings(endpoint: way.endpoint, credentialsFile: file))
        let error = await #expect(throws: (any Error).self) { try await HTTPLink.open(connector) }
        #expect("\(error as Any)".contains(file))
        await (try HTTPLink.open(way)).close()
    }
}
