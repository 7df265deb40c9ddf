import NIOHTTP1
import ServerCore
import ServerPKI

/// Whether a peer may do what it asks, decided from its certificate, inside TLS, with words it can read.
enum RequestVerdict: Sendable, Equatable {
    case speak
    case enrolOnly
    case refuse(HTTPResponseStatus, String)

    /// `now` in µs.
    static func judge(_ identity: PeerIdentity, standing: DeviceStanding, now: Int64) -> RequestVerdict {
        guard case .device(let certificate) = identity else { return .enrolOnly }
        if standing == .revoked {
            return .refuse(
                .forbidden,
                "device \(certificate.uid) was revoked; to let the machine in as a new one, delete its data directory and enrol it"
            )
        }
        if standing == .unknown {
            return .refuse(.forbidden, "this server does not know device \(certificate.uid)")
        }
        if certificate.notAfter < now {
            return .refuse(.unauthorized, "the certificate of device \(certificate.uid) has expired")
        }
        if certificate.notBefore > now {
            return .refuse(.unauthorized, "the certificate of device \(certificate.uid) is not valid yet")
        }
        return .speak
    }
}
