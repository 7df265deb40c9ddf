package import NIOCore
package import NIOPosix

extension ServerConnector {
    /// The way to the server as an enrolled device's files have it.
    package init(configuration: AgentConfiguration, group: MultiThreadedEventLoopGroup) throws {
        let files = IdentityFiles(dataDirectory: configuration.dataDirectory)
        self.init(
            group: group, endpoint: configuration.server,
            tls: try AgentTLS(
                rootCertificate: configuration.rootCertificate, certificate: files.certificatePath, key: files.keyPath,
                trustDomain: configuration.trustDomain, time: TrustedTime(known: 0)),
            proxy: configuration.proxy, sourceAddress: configuration.sourceAddress)
    }

    /// A verified TLS connection on which nobody speaks: for peers that misbehave.
    package func connectRaw() async throws -> any Channel { try await connect { _ in } }
}
