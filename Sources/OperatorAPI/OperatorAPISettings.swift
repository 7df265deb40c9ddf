/// Where the operators' interface listens, and with what certificate.
package struct OperatorAPISettings: Sendable {
    package static let usualPort = 13_299

    package var host: String
    /// 0 for any that is free.
    package var port: Int

    package init(
        host: String = "0.0.0.0", port: Int = usualPort
    ) {
        self.host = host
        self.port = port
    }
}
