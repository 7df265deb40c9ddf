import DesiredState
import DeviceCrypto

/// Random values that only their holder knows.
enum Secrets {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    static let tokenLength = 32

    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// `mt_ROLE_` and 32 base62 characters (190 bits).
    static func token(role: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let body = (0..<tokenLength).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
        return "mt_\(role)_" + String(body)
    }

    /// What the store keeps of a token.
    static func hash(_ token: String) -> [UInt8] { Digest.sha256(Array(token.utf8)) }

    /// Takes as long whatever differs, and where.
    static func isSame(_ a: [UInt8], _ b: [UInt8]) -> Bool { a.count == b.count && dc_equal(a, b, a.count) == 1 }
}
