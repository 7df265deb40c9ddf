import Crypto
import DeviceProtocol
import Testing

@testable import ServerPKI

@Suite struct VerifiedCertificatesTests {
    private static func accepted(_ serial: String) -> DeviceCertificateVerifier.Accepted {
        DeviceCertificateVerifier.Accepted(uid: DeviceUID.make(now: 1), serial: serial, notBefore: 0, notAfter: 1)
    }

    private static func hash(_ number: Int) -> SHA256.Digest { SHA256.hash(data: Array("\(number)".utf8)) }

    @Test func `only the same bytes are known`() {
        var known = VerifiedCertificates()
        known.keep(Self.accepted("1"), for: Self.hash(1))
        #expect(known.find(Self.hash(1))?.serial == "1")
        #expect(known.find(Self.hash(2)) == nil)
    }

    @Test func `what is kept is bounded, and the latest are among it`() {
        var known = VerifiedCertificates(most: 10)
        for number in 0..<1_000 {
            known.keep(Self.accepted("\(number)"), for: Self.hash(number))
            #expect(known.count <= 20)
        }
        for number in 990..<1_000 { #expect(known.find(Self.hash(number))?.serial == "\(number)") }
        #expect(known.find(Self.hash(0)) == nil)
    }
}
