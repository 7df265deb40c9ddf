package import Foundation
import NIOCore
package import NIOSSL
import Synchronization

/// The certificate that a listener shows, read from files and changed while it listens: connections that exist go on,
/// every new handshake gets the one read last.
package final class ServedCertificate: Sendable {
    private let certificateFile: String
    private let keyFile: String
    private let served: Mutex<Served>

    private struct Served: Sendable {
        var chain: [NIOSSLCertificateSource]
        var key: NIOSSLPrivateKeySource
    }

    /// Of the directory that `CertificateAuthority.initialize` made. Throws when the files cannot be read.
    package init(directory: URL) throws {
        certificateFile = directory.appendingPathComponent(CertificateAuthority.FileName.serverCertificate).path
        keyFile = directory.appendingPathComponent(CertificateAuthority.FileName.serverKey).path
        served = Mutex(try Self.read(certificateFile, keyFile))
    }

    /// Reads the files again. When it throws, what was served before still is.
    package func reload() throws {
        let renewed = try Self.read(certificateFile, keyFile)
        served.withLock { $0 = renewed }
    }

    /// What every listener of the server has in common: TLS 1.3, HTTP/1.1, and this certificate.
    package func configuration() -> TLSConfiguration {
        let first = served.withLock { $0 }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: first.chain, privateKey: first.key)
        configuration.minimumTLSVersion = .tlsv13
        configuration.applicationProtocols = ["http/1.1"]
        configuration.sslContextCallback = { [self] _, promise in
            let present = served.withLock { $0 }
            var shown = NIOSSLContextConfigurationOverride()
            shown.certificateChain = present.chain
            shown.privateKey = present.key
            promise.succeed(shown)
        }
        return configuration
    }

    private static func read(_ certificates: String, _ key: String) throws -> Served {
        Served(
            chain: try NIOSSLCertificate.fromPEMFile(certificates).map { .certificate($0) },
            key: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
    }
}
