import Manifests

/// Where the devices reach the server: `host`, or `host:port`, an IPv6 address in brackets.
struct AgentAddress: Equatable {
    static let usualPort = 13_000
    static let rule =
        "a name or address, with a port when it is not \(usualPort), like martlet.example.com or [2001:db8::1]:13001"

    let host: String
    let port: Int

    /// nil for anything else.
    init?(_ text: String) {
        let isBare = text.hasPrefix("[") ? text.hasSuffix("]") : !text.contains(":")
        let whole = isBare ? "\(text):\(Self.usualPort)" : text
        guard HostAndPort.isValid(whole), let colon = whole.lastIndex(of: ":"),
            let port = Int(whole[whole.index(after: colon)...])
        else { return nil }
        self.port = port
        host = whole[..<colon].filter { $0 != "[" && $0 != "]" }
    }

    var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
