import ServerPKI
import Synchronization

/// The certificate that a connection's handshake verified, for what comes after it: its signature is judged once.
final class VerifiedLeaf: Sendable {
    private let known = Mutex<DeviceCertificateVerifier.Accepted?>(nil)

    func learn(_ accepted: DeviceCertificateVerifier.Accepted) { known.withLock { $0 = accepted } }

    /// nil when nothing was verified: no certificate was shown, or the handshake resumed an older one.
    var accepted: DeviceCertificateVerifier.Accepted? { known.withLock { $0 } }
}
