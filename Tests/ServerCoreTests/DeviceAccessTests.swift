import DeviceProtocol
import Testing

@testable import ServerCore

@Suite struct DeviceAccessTests {
    private static let day: Int64 = 86_400_000_000
    private static let now = 100 * day
    private static let uid = DeviceUID.version7(now: 0, random: (1, 2))

    private func certificate(_ serial: String = "a", from: Int64 = 0, to: Int64 = 200 * day) -> PresentedCertificate {
        PresentedCertificate(uid: Self.uid, serial: serial, notBefore: from, notAfter: to)
    }

    private func access(
        _ certificate: PresentedCertificate, _ standing: DeviceStanding = .active, _ use: CertificateUse = .current
    ) -> DeviceAccess {
        .judge(certificate, standing: standing, use: use, now: Self.now, grace: DeviceAccess.defaultGrace)
    }

    @Test func `a certificate of today speaks, an expired one renews within grace only`() {
        #expect(access(certificate()) == .speak)
        #expect(access(certificate(to: Self.now - 1)) == .renewOnly)
        #expect(access(certificate(to: Self.now - 30 * Self.day)) == .renewOnly)
        #expect(access(certificate(to: Self.now - 30 * Self.day - 1)) == .expired)
        #expect(access(certificate(from: Self.now + 1)) == .notYetValid)
    }

    @Test func `revocation is said before everything else, expiry before readmission`() {
        #expect(access(certificate(to: 0), .revoked, .superseded) == .revoked)
        #expect(access(certificate(to: 0), .unknown) == .expired)
        #expect(access(certificate(), .unknown) == .readmission(.unknownDevice))
        #expect(access(certificate(), .active, .superseded) == .readmission(.supersededCertificate))
    }

    @Test func `old and new are valid until the new one was used`() {
        let known = [
            CertificateUse.Known(serial: "a", issuedAt: 10, superseded: false),
            CertificateUse.Known(serial: "b", issuedAt: 20, superseded: false),
        ]
        #expect(CertificateUse.judge(certificate("a"), current: "a", known: known) == .current)
        #expect(CertificateUse.judge(certificate("b"), current: "a", known: known) == .successor)
        let after = [
            CertificateUse.Known(serial: "a", issuedAt: 10, superseded: true),
            CertificateUse.Known(serial: "b", issuedAt: 20, superseded: false),
        ]
        #expect(CertificateUse.judge(certificate("a"), current: "b", known: after) == .superseded)
    }

    @Test func `a certificate that the store forgot is taken when it is newer than those it knows`() {
        let known = [CertificateUse.Known(serial: "a", issuedAt: 50 * Self.day, superseded: false)]
        #expect(
            CertificateUse.judge(certificate("c", from: 60 * Self.day), current: "a", known: known) == .successor)
        #expect(
            CertificateUse.judge(certificate("c", from: 40 * Self.day), current: "a", known: known) == .superseded)
        #expect(CertificateUse.judge(certificate("c"), current: nil, known: []) == .successor)
    }
}
