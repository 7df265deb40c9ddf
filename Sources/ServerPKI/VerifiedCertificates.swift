import Crypto
import DeviceProtocol

/// Certificates whose signature was judged good, by the hash of their bytes: a device comes again and again with the same one,
/// and the same bytes are as good as before. What changes, dates and revocation, is judged elsewhere each time.
///
/// Bounded, in two generations: when the younger is full it becomes the older one, and those of the one before are judged again
/// when they come. Nothing moves from the older to the younger: so a fleet of up to twice `most` that comes in turn finds its own.
struct VerifiedCertificates: Sendable {
    /// Of a generation; about 150 bytes each.
    static let most = 65_536

    /// Without anything on the heap: a piece that is left of each handshake would keep a page of its garbage.
    private struct Kept {
        static let serialBytes = 20

        let uid: DeviceUID
        let serial: InlineArray<20, UInt8>
        let serialCount: UInt8
        let notBefore: Int64
        let notAfter: Int64

        /// nil for a number that is longer than any that we give, which is judged each time.
        init?(_ accepted: DeviceCertificateVerifier.Accepted) {
            let digits = Array(accepted.serial.utf8)
            guard digits.count.isMultiple(of: 2), digits.count <= Self.serialBytes * 2 else { return nil }
            var bytes = InlineArray<20, UInt8>(repeating: 0)
            for index in 0..<digits.count / 2 {
                let pair = String(decoding: digits[index * 2..<index * 2 + 2], as: UTF8.self)
                guard let byte = UInt8(pair, radix: 16) else { return nil }
                bytes[index] = byte
            }
            serial = bytes
            serialCount = UInt8(digits.count / 2)
            uid = accepted.uid
            notBefore = accepted.notBefore
            notAfter = accepted.notAfter
        }

        var accepted: DeviceCertificateVerifier.Accepted {
            DeviceCertificateVerifier.Accepted(
                uid: uid, serial: DeviceCertificateVerifier.hex((0..<Int(serialCount)).map { serial[$0] }),
                notBefore: notBefore, notAfter: notAfter)
        }
    }

    private let most: Int
    private var younger: [SHA256.Digest: Kept] = [:]
    private var older: [SHA256.Digest: Kept] = [:]

    init(most: Int = VerifiedCertificates.most) { self.most = most }

    var count: Int { younger.count + older.count }

    func find(_ hash: SHA256.Digest) -> DeviceCertificateVerifier.Accepted? {
        (younger[hash] ?? older[hash])?.accepted
    }

    mutating func keep(_ accepted: DeviceCertificateVerifier.Accepted, for hash: SHA256.Digest) {
        guard let kept = Kept(accepted) else { return }
        if younger.count >= most {
            older = younger
            younger = [:]
        }
        younger[hash] = kept
    }
}
