package import DeviceProtocol
import NIOCore
package import NIOPosix

/// Tells the server by UDP that the device goes off: three times, 20 ms apart, never waiting for an answer.
package struct OffNoticeSender: Sendable {
    package static let repeats = 3
    package static let spacing = Duration.milliseconds(20)

    private let group: MultiThreadedEventLoopGroup
    private let endpoint: ServerEndpoint

    package init(group: MultiThreadedEventLoopGroup, endpoint: ServerEndpoint) {
        self.group = group
        self.endpoint = endpoint
    }

    package func send(_ notice: Datagram.OffNotice, key: [UInt8]) async throws {
        let address = try SocketAddress.makeAddressResolvingHost(endpoint.host, port: endpoint.port)
        let any = address.protocol == .inet6 ? "::" : "0.0.0.0"
        let channel = try await DatagramBootstrap(group: group).bind(host: any, port: 0).get()
        let bytes = Datagram.off(notice).encode(key: key)
        for round in 0..<Self.repeats {
            if round > 0 { try? await Task.sleep(for: Self.spacing) }
            let envelope = AddressedEnvelope(
                remoteAddress: address, data: channel.allocator.buffer(bytes: bytes))
            try await channel.writeAndFlush(envelope).get()
        }
        try await channel.close()
    }
}
