import ServerCore
import ServerPKI

extension ServerConfiguration {
    var lifetimes: CertificateLifetimes {
        var lifetimes = CertificateLifetimes()
        lifetimes.device = certificates.deviceLife
        lifetimes.server = certificates.serverLife
        return lifetimes
    }
}
