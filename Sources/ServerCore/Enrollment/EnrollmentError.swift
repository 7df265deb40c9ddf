/// Why a device may not join.
package enum EnrollmentError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownToken
    case expiredToken
    case usedUpToken
    /// The uid belongs to a device with another key.
    case knownDevice
    case revokedDevice
    /// A device asks for another uid than its certificate's, and is not one that shall have one.
    case notSplit
    case badRequest(String)

    package var description: String {
        switch self {
        case .unknownToken: "the enrolment token is not known to this server"
        case .expiredToken: "the enrolment token has expired; ask for a new one (martlet token create)"
        case .usedUpToken:
            "the enrolment token has been used as often as it may; ask for a new one (martlet token create)"
        case .knownDevice: "a device with this uid is enrolled already with another key"
        case .revokedDevice:
            "this device was revoked; to let the machine in as a new one, delete its data directory first"
        case .notSplit:
            "a device may ask for an identity of its own only when the server found it to be a copy and said so"
        case .badRequest(let reason): "the certificate request is not usable: \(reason)"
        }
    }
}
