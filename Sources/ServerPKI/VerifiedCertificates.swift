import Crypto

/// Certificates whose signature was judged good, by the hash of their bytes: a device comes again and again with the same one,
/// and the same bytes are as good as before. What changes, dates and revocation, is judged elsewhere each time.
///
/// Bounded, in two generations: when the younger is full it becomes the older one, and those of the one before are judged again
/// when they come. Nothing moves from the older to the younger: so a fleet of up to twice `most` that comes in turn finds its own.
struct VerifiedCertificates: Sendable {
    /// Of a generation; about 250 bytes each.
    static let most = 65_536

    private let most: Int
    private var younger: [SHA256.Digest: DeviceCertificateVerifier.Accepted] = [:]
    private var older: [SHA256.Digest: DeviceCertificateVerifier.Accepted] = [:]

    init(most: Int = VerifiedCertificates.most) { self.most = most }

    var count: Int { younger.count + older.count }

    func find(_ hash: SHA256.Digest) -> DeviceCertificateVerifier.Accepted? { younger[hash] ?? older[hash] }

    mutating func keep(_ accepted: DeviceCertificateVerifier.Accepted, for hash: SHA256.Digest) {
        if younger.count >= most {
            older = younger
            younger = [:]
        }
        younger[hash] = accepted
    }
}
