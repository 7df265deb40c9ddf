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
        let accepted = Self.accepted("00ff1a")
        known.keep(accepted, for: Self.hash(1))
        #expect(known.find(Self.hash(1)) == accepted)
        #expect(known.find(Self.hash(2)) == nil)
    }

    @Test func `what is kept is bounded, and the latest are among it`() {
        var known = VerifiedCertificates(most: 10)
        for number in 0..<1_000 {
            known.keep(Self.accepted("\(1_000 + number)"), for: Self.hash(number))
            #expect(known.count <= 20)
        }
        for number in 990..<1_000 { #expect(known.find(Self.hash(number))?.serial == "\(1_000 + number)") }
        #expect(known.find(Self.hash(0)) == nil)
    }

    @Test func `numbers up to the longest that a certificate may have are kept as they are`() {
        var known = VerifiedCertificates()
        let longest = Self.accepted(String(repeating: "a9", count: 20))
        known.keep(longest, for: Self.hash(1))
        #expect(known.find(Self.hash(1)) == longest)
        for (number, odd) in [String(repeating: "a9", count: 21), "abc", "zz"].enumerated() {
            known.keep(Self.accepted(odd), for: Self.hash(10 + number))
            #expect(known.find(Self.hash(10 + number)) == nil)
        }
    }
}
