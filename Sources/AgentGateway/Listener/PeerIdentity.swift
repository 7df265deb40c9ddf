import OpAMP
import ServerCore
import ServerPKI

/// What a connection's certificate says; decided once per connection, resumed ones too.
enum PeerIdentity: Sendable {
    /// No certificate: may only enrol.
    case anonymous
    case device(DeviceCertificateVerifier.Accepted)

    /// Bytes of a message that are read: much only from a device that may speak, as far as is known without asking the
    /// store.
    func limit(_ revocations: RevocationFile, now: Int64 = ServerClock.system.now()) -> Int {
        guard case .device(let accepted) = self, accepted.notAfter > now, !revocations.contains(accepted.uid) else {
            return OpAMPLimits.unauthenticatedBytes
        }
        return OpAMPLimits.serverBytes
    }

    var certificate: PresentedCertificate? {
        guard case .device(let accepted) = self else { return nil }
        return PresentedCertificate(
            uid: accepted.uid, serial: accepted.serial, notBefore: accepted.notBefore, notAfter: accepted.notAfter)
    }
}
