import Glibc
import NIOCore
package import NIOPosix
import NIOSSL
import NIOTLS

/// Opens verified TLS connections to the server on one event loop.
package struct ServerConnector: Sendable {
    package static let connectTimeout: Int64 = 10
    /// IP_BIND_ADDRESS_NO_PORT of linux/in.h.
    private static let bindAddressNoPort = NIOBSDSocket.Option(rawValue: 24)

    let group: MultiThreadedEventLoopGroup
    let endpoint: ServerEndpoint
    let tls: AgentTLS
    let proxy: ProxySettings?
    /// An address of this host that connections leave from; nil for what the system chooses.
    let sourceAddress: String?

    package init(
        group: MultiThreadedEventLoopGroup, endpoint: ServerEndpoint, tls: AgentTLS, proxy: ProxySettings? = nil,
        sourceAddress: String? = nil
    ) {
        self.group = group
        self.endpoint = endpoint
        self.tls = tls
        self.proxy = proxy
        self.sourceAddress = sourceAddress
    }

    /// The same way, on which the issuer's certificate is shown or not.
    func showing(issuer: Bool) throws -> ServerConnector {
        ServerConnector(
            group: group, endpoint: endpoint, tls: try tls.showing(issuer: issuer), proxy: proxy,
            sourceAddress: sourceAddress)
    }

    /// A channel whose peer is the server; `configure` adds the protocol's handlers above TLS.
    func connect(_ configure: @escaping @Sendable (any Channel) throws -> Void) async throws -> any Channel {
        let loop = group.next()
        let verified = loop.makePromise(of: Void.self)
        let (endpoint, proxy) = (endpoint, proxy)
        let addTLS: @Sendable (any Channel) throws -> Void = { [tls] channel in
            try Self.addTLS(tls, to: channel, for: endpoint, verified)
            try configure(channel)
        }
        var bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.seconds(Self.connectTimeout))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let proxy else { return try addTLS(channel) }
                    try ProxyTunnel(proxy: proxy, target: endpoint).configure(
                        channel, timeout: .seconds(Self.connectTimeout), opened: addTLS, failed: { verified.fail($0) })
                }
            }
        if let sourceAddress {
            // The port is chosen with the peer in view: one address may hold more connections than there are port numbers.
            bootstrap = try bootstrap.bind(to: SocketAddress(ipAddress: sourceAddress, port: 0))
                .channelOption(
                    ChannelOptions.Types.SocketOption(level: .ip, name: Self.bindAddressNoPort), value: 1)
        }
        let first = proxy?.endpoint ?? endpoint
        let channel: any Channel
        do {
            channel = try await bootstrap.connect(host: first.host, port: first.port).get()
        } catch {
            let place = proxy == nil ? "\(endpoint)" : "the proxy \(first)"
            let failure = LinkError(.unreachable, "\(place): \(Self.describe(error))")
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

    private static func addTLS(
        _ tls: AgentTLS, to channel: any Channel, for endpoint: ServerEndpoint, _ verified: EventLoopPromise<Void>
    ) throws {
        let isAddress = endpoint.host.contains(":") || endpoint.host.allSatisfy { $0.isNumber || $0 == "." }
        let handler = try tls.handler(serverName: isAddress ? nil : endpoint.host) { problem in
            verified.fail(
                LinkError(
                    .untrusted,
                    "\(endpoint): its certificate was not issued by the authority in rootCertificate, or is not valid at this time: \(problem)"
                ))
        }
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.pipeline.syncOperations.addHandler(
            ServerIdentityHandler(trustDomain: tls.trustDomain, peer: "\(endpoint)", verified: verified))
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
