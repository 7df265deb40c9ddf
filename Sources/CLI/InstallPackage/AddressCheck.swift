import AsyncHTTPClient
import NIOCore
import NIOSSL

/// Whether a server of this root answers devices at an address. Agents do not compare names either: they know the server
/// by its certificate's identity.
enum AddressCheck {
    static func run(_ address: AgentAddress, rootCertificate: String, timeout: TimeAmount) async throws {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.minimumTLSVersion = .tlsv13
        tls.certificateVerification = .noHostnameVerification
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(rootCertificate.utf8)))
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = min(timeout, .seconds(10))
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            _ = try await http.execute(HTTPClientRequest(url: "https://\(address.text)/v1/opamp"), timeout: timeout)
            try await http.shutdown()
        } catch {
            try? await http.shutdown()
            throw CLIError(
                .unreachable,
                "--address \(address.text): this server does not answer there: \(APIClient.explain(error)); when only devices can reach it, say --unchecked"
            )
        }
    }
}
