import AgentGateway
import DeviceProtocol
import Foundation
import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import AgentCore

/// Peers that open connections and say nothing.
@Suite(.tags(.R07)) struct CrowdTests {
    @Test func `connections that say nothing keep no device out, and end in time`() async throws {
        let bench = try await Bench()
        // More than the places for handshakes, all from one address.
        let client = ClientBootstrap(group: Bench.group)
        let address = try SocketAddress(ipAddress: "127.0.0.66", port: 0)
        var silent: [any Channel] = []
        for _ in 0..<300 {
            if let channel = try? await client.bind(to: address).connect(host: "127.0.0.1", port: bench.gateway.port)
                .get()
            {
                silent.append(channel)
            }
        }
        #expect(silent.count == 300)
        // A device from another address speaks at once.
        try await CertificateClient(connector: bench.connector).greet(as: bench.uid)
        // Those beyond the share were closed at once, the others when their time for a handshake was over.
        for channel in silent { try await channel.closeFuture.get() }
    }
}
