/// Where the server is.
package struct ServerEndpoint: Sendable, Hashable, CustomStringConvertible {
    package static let defaultPort = 13000

    package var host: String
    package var port: Int

    package init(host: String, port: Int = defaultPort) {
        self.host = host
        self.port = port
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
