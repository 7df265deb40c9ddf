/// Who a certificate speaks for: `spiffe://TRUST-DOMAIN/server` or `spiffe://TRUST-DOMAIN/device/UID`.
package enum SpiffeID: Sendable, Hashable {
    case server(trustDomain: String)
    case device(trustDomain: String, uid: DeviceUID)

    package static let defaultTrustDomain = "martlet.internal"

    package var uri: String {
        switch self {
        case .server(let domain): "spiffe://\(domain)/server"
        case .device(let domain, let uid): "spiffe://\(domain)/device/\(uid)"
        }
    }

    /// nil for anything that is not exactly one of the two forms.
    package init?(uri: String) {
        let scheme = "spiffe://"
        guard uri.hasPrefix(scheme) else { return nil }
        let parts = uri.dropFirst(scheme.count).split(separator: "/", omittingEmptySubsequences: false)
        guard let domain = parts.first, !domain.isEmpty else { return nil }
        switch parts.count {
        case 2 where parts[1] == "server": self = .server(trustDomain: String(domain))
        case 3 where parts[1] == "device":
            guard let uid = Identifier(String(parts[2])), parts[2].utf8.count == 36 else { return nil }
            self = .device(trustDomain: String(domain), uid: uid)
        default: return nil
        }
    }
}
