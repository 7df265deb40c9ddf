/// An HTTP proxy between the agent and its server.
package struct ProxySettings: Sendable, Hashable {
    package static let usualPort = 3_128

    package var endpoint: ServerEndpoint
    /// A file that holds `user:password`, read at each connection; nil when the proxy asks for nothing.
    package var credentialsFile: String?

    package init(endpoint: ServerEndpoint, credentialsFile: String? = nil) {
        self.endpoint = endpoint
        self.credentialsFile = credentialsFile
    }
}
