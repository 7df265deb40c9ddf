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

    /// `host:port`, with an IPv6 address in brackets; nil for anything else.
    package init?(text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.count <= 255, !host.contains(where: { $0.isWhitespace || "/[]@".contains($0) }) else {
            return nil
        }
        self.init(host: String(host), port: port)
    }

    /// An `https` or `wss` URL as OpAMP names a server; path and scheme say nothing that is not known. nil for others.
    package init?(url: String) {
        guard let scheme = ["https://", "wss://"].first(where: { url.lowercased().hasPrefix($0) }) else { return nil }
        let authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let named = authority.hasSuffix("]") || !authority.contains(":") ? "\(authority):443" : "\(authority)"
        self.init(text: named)
    }
}
