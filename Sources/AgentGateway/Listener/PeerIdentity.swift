import ServerCore
import ServerPKI

/// What a connection's certificate says; decided once per connection, resumed ones too.
enum PeerIdentity: Sendable {
    /// No certificate: may only enrol.
    case anonymous
    case device(DeviceCertificateVerifier.Accepted)

    var certificate: PresentedCertificate? {
        guard case .device(let accepted) = self else { return nil }
        return PresentedCertificate(
            uid: accepted.uid, serial: accepted.serial, notBefore: accepted.notBefore, notAfter: accepted.notAfter)
    }
}
