import DurableFiles
package import NIOSSL

/// TLS towards the server: 1.3 only, and only the CA copy the agent was installed with.
package struct AgentTLS: Sendable {
    package let context: NIOSSLContext
    package let trustDomain: String

    /// `certificate` and `key` are paths of PEM files; without them the agent can only enrol.
    package init(rootCertificate: String, certificate: String?, key: String?, trustDomain: String) throws {
        // NIOSSL's own error does not say which file.
        for file in [rootCertificate, certificate, key].compactMap(\.self) { _ = try FileBytes.required(file) }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv13
        configuration.trustRoots = .file(rootCertificate)
        // Names are not hosts here: ServerIdentityHandler checks the SPIFFE identity after the handshake.
        configuration.certificateVerification = .noHostnameVerification
        configuration.applicationProtocols = ["http/1.1"]
        if let certificate, let key {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
        }
        context = try NIOSSLContext(configuration: configuration)
        self.trustDomain = trustDomain
    }
}
