import Glibc
import NIOCore
package import NIOPosix
import NIOSSL
import NIOTLS

/// Opens verified TLS connections to the server on one event loop.
package struct ServerConnector: Sendable {
    package static let connectTimeout: Int64 = 10

    let group: MultiThreadedEventLoopGroup
    let endpoint: ServerEndpoint
    let tls: AgentTLS

    package init(group: MultiThreadedEventLoopGroup, endpoint: ServerEndpoint, tls: AgentTLS) {
        self.group = group
        self.endpoint = endpoint
        self.tls = tls
    }

    /// A channel whose peer is the server; `configure` adds the protocol's handlers above TLS.
    func connect(_ configure: @escaping @Sendable (any Channel) throws -> Void) async throws -> any Channel {
        let loop = group.next()
        let verified = loop.makePromise(of: Void.self)
        let (tls, endpoint) = (tls, endpoint)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(Self.connectTimeout))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let name = endpoint.host.contains(":") || endpoint.host.allSatisfy { $0.isNumber || $0 == "." }
                    let handler = try NIOSSLClientHandler(
                        context: tls.context, serverHostname: name ? nil : endpoint.host)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    try channel.pipeline.syncOperations.addHandler(
                        ServerIdentityHandler(trustDomain: tls.trustDomain, peer: "\(endpoint)", verified: verified))
                    try configure(channel)
                }
            }
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(host: endpoint.host, port: endpoint.port).get()
        } catch {
            let failure = LinkError(.unreachable, "\(endpoint): \(Self.describe(error))")
            verified.fail(failure)
            throw failure
        }
        let deadline = loop.scheduleTask(in: .seconds(Self.connectTimeout)) {
            verified.fail(LinkError(.timedOut, "\(endpoint): no TLS handshake in \(Self.connectTimeout) s"))
            channel.close(promise: nil)
        }
        defer { deadline.cancel() }
        do {
            try await verified.futureResult.get()
        } catch {
            try? await channel.close()
            throw error
        }
        return channel
    }

    private static func describe(errno error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode))
    }

    private static func describe(_ error: any Error) -> String {
        guard let failure = error as? NIOConnectionError else { return "\(error)" }
        if let first = failure.connectionErrors.first { return describe(errno: first.error) }
        if let dns = failure.dnsAError ?? failure.dnsAAAAError { return "name not resolved: \(dns)" }
        return "\(failure)"
    }
}
