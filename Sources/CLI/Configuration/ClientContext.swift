/// How to reach one server.
struct ClientContext: Codable, Equatable, Sendable {
    /// `https://host:port`
    var server: String
    var token: String?
    /// Path of the root certificate that the server's must chain to.
    var rootCertificate: String?
}
