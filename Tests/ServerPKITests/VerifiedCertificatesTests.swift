import DeviceProtocol
import Testing

@testable import ServerPKI

@Suite struct VerifiedCertificatesTests {
    private static func accepted(_ serial: String) -> DeviceCertificateVerifier.Accepted {
        DeviceCertificateVerifier.Accepted(uid: DeviceUID.make(now: 1), serial: serial, notBefore: 0, notAfter: 1)
    }

    @Test func `only the same bytes are known`() {
        var known = VerifiedCertificates()
        known.keep(Self.accepted("01"), for: [1, 2, 3])
        #expect(known[[1, 2, 3]]?.serial == "01")
        #expect(known[[1, 2]] == nil)
        #expect(known[[1, 2, 3, 0]] == nil)
    }

    @Test func `what is kept is bounded`() {
        var known = VerifiedCertificates(most: 10)
        for number in 0..<1_000 {
            known.keep(Self.accepted("\(number)"), for: [UInt8(number / 256), UInt8(number % 256)])
            #expect(known.count <= 10)
        }
        #expect(known[[3, 231]]?.serial == "999")
    }
}
