import NIOCore

/// Addresses of devices as text, the same whether the listening socket is one of IPv4 or one of both families.
enum PeerAddress {
    private static let mapped = "::ffff:"

    /// Without the prefix that an IPv4 peer has on a socket of both families.
    static func text(_ address: SocketAddress?) -> String {
        guard let text = address?.ipAddress else { return "unknown" }
        let rest = text.dropFirst(mapped.count)
        return text.lowercased().hasPrefix(mapped) && rest.contains(".") ? String(rest) : text
    }

    /// Where to send from `channel` to reach `address`.
    static func target(_ address: String, port: Int, from channel: any Channel) throws -> SocketAddress {
        let target = try SocketAddress(ipAddress: address, port: port)
        guard target.protocol == .inet, channel.localAddress?.protocol == .inet6 else { return target }
        return try SocketAddress(ipAddress: mapped + address, port: port)
    }
}
