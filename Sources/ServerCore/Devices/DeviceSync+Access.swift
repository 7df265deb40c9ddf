package import DeviceProtocol
import Logging
import ServerStore

extension DeviceSync {
    /// What a peer may do that has shown this certificate. To be asked for every request and every new connection; the
    /// first use of a renewed certificate makes the ones before it void, durably, before this returns.
    package func access(of certificate: PresentedCertificate) async throws -> DeviceAccess {
        guard !revocations.contains(certificate.uid) else { return .revoked }
        let facts = try await cache.facts(of: certificate.uid)
        let use = CertificateUse.judge(
            certificate, current: facts?.certificate, known: facts?.certificates ?? [])
        let access = DeviceAccess.judge(
            certificate, standing: facts?.standing ?? .unknown, use: use, now: clock.now(), grace: certificateGrace)
        if use == .successor, access == .speak || access == .renewOnly { try await takeUp(certificate) }
        return access
    }

    /// Whether the device speaks OpAMP and is not Martlet's agent, as far as is known.
    package func isStranger(_ uid: DeviceUID) async throws -> Bool {
        try await cache.facts(of: uid)?.isStranger ?? false
    }

    private func takeUp(_ certificate: PresentedCertificate) async throws {
        let now = clock.now()
        try await write(about: certificate.uid, .control, rows: 3) { transaction in
            try CertificateWriter(device: certificate.uid, now: now, transaction: transaction).makeCurrent(certificate)
        }
        logger.info(
            "device uses a newer certificate",
            metadata: ["device": "\(certificate.uid)", "serial": "\(certificate.serial)"])
    }
}
