import ArgumentParser
import NIOSSL

/// Certificates as a device or a server of Martlet has them.
struct PeerCredentials: ParsableArguments {
    @Option(help: "Own certificate chain, PEM.") var certificate: String
    @Option(help: "Its key, PEM.") var key: String
    @Option(help: "Authority of the other side, PEM.") var authority: String

    func client() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .noHostnameVerification
        // As a device does: these servers hold the issuer.
        try complete(&configuration, certificates: 1)
        return try NIOSSLContext(configuration: configuration)
    }

    func server() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        configuration.certificateVerification = .noHostnameVerification
        try complete(&configuration, certificates: .max)
        return try NIOSSLContext(configuration: configuration)
    }

    private func complete(_ configuration: inout TLSConfiguration, certificates: Int) throws {
        configuration.minimumTLSVersion = .tlsv13
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority))
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).prefix(certificates)
            .map { .certificate($0) }
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
    }
}
