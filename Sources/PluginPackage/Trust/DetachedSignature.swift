internal import DeviceCrypto

/// A detached signature: CMS (RFC 5652) in DER with one signer, as `openssl cms -sign -binary -outform DER` makes one.
package enum DetachedSignature {
    package static let maximumBytes = Int(DC_SIGNATURE_LIMIT)

    /// Who signed.
    package struct Signer: Sendable, Hashable {
        /// SHA-256 of the certificate.
        package let fingerprint: [UInt8]
        /// As RFC 2253 writes it; empty when the signature does not say.
        package let subject: String
    }

    package enum Verdict: Sendable, Hashable {
        case good(Signer)
        case bad(Signer, reason: String)
    }

    package enum Content: Sendable, Hashable {
        case file(String)
        case bytes([UInt8])
    }

    package enum Anchors: Sendable, Hashable {
        /// PEM; the signer's certificate is for code signing and its chain leads to one of these.
        case codeSigning(String)
        /// PEM; the signer's certificate is one of these.
        case exactly(String)
    }

    /// `time`: µs, at which certificates have to be valid; of no meaning to `exactly`.
    package static func verify(_ content: Content, _ signature: [UInt8], by anchors: Anchors, at time: Int64) -> Verdict
    {
        var found = dc_signer()
        let (pem, isExact): (String, Bool) =
            switch anchors {
            case .codeSigning(let pem): (pem, false)
            case .exactly(let pem): (pem, true)
            }
        let reason = withContent(content) { content in
            Array(pem.utf8).withUnsafeBytes { anchors in
                dc_cms_verify(
                    &content, signature, signature.count, anchors.bindMemory(to: CChar.self).baseAddress, anchors.count,
                    time / 1_000_000, isExact ? 1 : 0, &found)
            }
        }
        let signer = Signer(
            fingerprint: withUnsafeBytes(of: found.fingerprint) { Array($0) },
            subject: withUnsafeBytes(of: found.subject) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        return reason.map { .bad(signer, reason: String(cString: $0)) } ?? .good(signer)
    }

    /// Signs with a PEM key for the first of the PEM certificates; further ones go with it. nil when the content or one of
    /// them cannot be read, or key and certificate do not belong together.
    package static func make(_ content: Content, key: [UInt8], certificates: [UInt8]) -> [UInt8]? {
        var out: UnsafeMutablePointer<UInt8>?
        var written = 0
        let result = withContent(content) { content in
            key.withUnsafeBytes { key in
                certificates.withUnsafeBytes { certificates in
                    dc_cms_sign(
                        &content, key.bindMemory(to: CChar.self).baseAddress, key.count,
                        certificates.bindMemory(to: CChar.self).baseAddress, certificates.count, &out, &written)
                }
            }
        }
        defer { dc_free(out) }
        guard result == 0, let out else { return nil }
        return Array(UnsafeBufferPointer(start: out, count: written))
    }

    /// Whether a text is certificates in PEM, one at least, all of which can be read.
    package static func areCertificates(_ pem: String) -> Bool {
        Array(pem.utf8).withUnsafeBytes {
            dc_certificates_count($0.bindMemory(to: CChar.self).baseAddress, $0.count) > 0
        }
    }

    private static func withContent<R>(_ content: Content, _ body: (inout dc_content) -> R) -> R {
        switch content {
        case .file(let path):
            return path.withCString { path in
                var content = dc_content(path: path, data: nil, length: 0)
                return body(&content)
            }
        case .bytes(let bytes):
            return bytes.withUnsafeBufferPointer { buffer in
                var content = dc_content(path: nil, data: buffer.baseAddress, length: buffer.count)
                return body(&content)
            }
        }
    }
}
