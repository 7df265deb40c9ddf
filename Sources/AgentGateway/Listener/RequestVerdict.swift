import NIOHTTP1
import ServerCore

/// Whether a peer may do what it asks, decided from its certificate, inside TLS, with words it can read.
enum RequestVerdict: Sendable, Equatable {
    case speak
    case enrolOnly
    /// Its certificate has expired a short time ago.
    case renewOnly
    case refuse(HTTPResponseStatus, String)
    /// It waits for an operator to approve it.
    case approval(String)
    /// It waits to be readmitted.
    case readmission(ReadmissionReason, String)

    /// Seconds after which a device that waits to be readmitted is to ask again.
    static let readmissionRetry = 300
    /// Seconds after which a device that waits to be approved is to ask again: somebody is setting it up.
    static let approvalRetry = 60

    static func judge(_ certificate: PresentedCertificate?, access: DeviceAccess?) -> RequestVerdict {
        guard let uid = certificate?.uid, let access else { return .enrolOnly }
        switch access {
        case .speak: return .speak
        case .renewOnly: return .renewOnly
        case .revoked:
            return .refuse(
                .forbidden,
                "device \(uid) was revoked; to let the machine in as a new one, delete its data directory and enrol it")
        case .expired:
            return .refuse(
                .unauthorized,
                "the certificate of device \(uid) expired too long ago to be renewed; enrol again with a token")
        case .notYetValid:
            return .refuse(
                .unauthorized, "the certificate of device \(uid) is not valid yet: the server's clock is behind")
        case .approval:
            return .approval("device \(uid) waits for an operator's approval (martlet approve \(uid))")
        case .readmission(.unknownDevice):
            return .readmission(
                .unknownDevice,
                "this server does not know device \(uid); it waits for an operator (martlet readmit \(uid))")
        case .readmission(.supersededCertificate):
            return .readmission(
                .supersededCertificate,
                "device \(uid) has used a newer certificate than this one: was its disk restored or copied? It waits for an operator (martlet readmit \(uid))"
            )
        }
    }
}

extension RequestVerdict {
    /// Why not, for a person.
    var reason: String {
        switch self {
        case .speak: "expected another request"
        case .enrolOnly: "no client certificate; enrol with \"martlet-agent enroll\""
        case .renewOnly: "the device's certificate has expired; it may only be renewed"
        case .refuse(_, let text), .approval(let text), .readmission(_, let text): text
        }
    }

    /// The answer to a peer that may not do what it asks.
    var refusal: GatewayReply {
        switch self {
        case .speak: GatewayReply(.badRequest, reason)
        case .enrolOnly, .renewOnly: GatewayReply(.unauthorized, reason)
        case .refuse(let status, _): GatewayReply(status, reason)
        case .approval: GatewayReply(.forbidden, reason, retryAfterSeconds: Self.approvalRetry)
        case .readmission: GatewayReply(.forbidden, reason, retryAfterSeconds: Self.readmissionRetry)
        }
    }
}
