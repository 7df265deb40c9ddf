/// Where the operators' interface listens, and with what certificate.
package struct OperatorAPISettings: Sendable {
    package static let usualPort = 13_299

    package var host: String
    /// 0 for any that is free.
    package var port: Int
    /// PEM, the server's own certificate first.
    package var certificateChainFile: String
    package var privateKeyFile: String

    package init(
        host: String = "0.0.0.0", port: Int = usualPort, certificateChainFile: String, privateKeyFile: String
    ) {
        self.host = host
        self.port = port
        self.certificateChainFile = certificateChainFile
        self.privateKeyFile = privateKeyFile
    }
}
