import Crypto

/// Certificates whose signature was judged good, by their bytes: a device comes again and again with the same one, and the
/// same bytes are as good as before. What changes, dates and revocation, is judged elsewhere each time.
///
/// Bounded: when it is full it begins anew.
struct VerifiedCertificates: Sendable {
    /// About 150 bytes each.
    static let most = 65_536

    private let most: Int
    private var known: [SHA256.Digest: DeviceCertificateVerifier.Accepted] = [:]

    init(most: Int = VerifiedCertificates.most) { self.most = most }

    var count: Int { known.count }

    subscript(der: [UInt8]) -> DeviceCertificateVerifier.Accepted? { known[SHA256.hash(data: der)] }

    mutating func keep(_ accepted: DeviceCertificateVerifier.Accepted, for der: [UInt8]) {
        if known.count >= most { known = [:] }
        known[SHA256.hash(data: der)] = accepted
    }
}
