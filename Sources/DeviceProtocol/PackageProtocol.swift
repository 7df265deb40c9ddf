/// How a device fetches a package that its server offered: `GET /v1/packages/SHA256` with `Range`, beside OpAMP, over the same
/// port and certificate.
package enum PackageProtocol {
    /// Below it: the package's SHA-256, 64 lower-case hexadecimal digits.
    package static let root = "/v1/packages/"
    /// Among an offered file's headers: when it was brought anew, as the document's entry has it.
    package static let renewedHeader = "martlet-renewed"
    package static let contentType = "application/octet-stream"
    /// Bytes of one answer, at most: who asks for more, or without a range, is given the beginning of it (206).
    package static let pieceBytes: Int64 = 1 << 20

    package static func path(_ digest: String) -> String { root + digest }

    /// nil for a path that names no package.
    package static func parse(_ path: String) -> String? {
        guard path.hasPrefix(root) else { return nil }
        let digits = path.dropFirst(root.count)
        let isDigest =
            digits.utf8.count == 64
            && digits.utf8.allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66)
            }
        return isDigest ? String(digits) : nil
    }

    /// Header of a request for what follows `offset`.
    package static func range(from offset: Int64) -> String { "bytes=\(offset)-\(offset + pieceBytes - 1)" }

    /// First byte and count of a `Range` of one part; nil for any other. The count is bounded by a piece.
    package static func parse(range text: String) -> (offset: Int64, count: Int64)? {
        guard text.hasPrefix("bytes=") else { return nil }
        let bounds = text.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, let first = Int64(bounds[0]), first >= 0 else { return nil }
        if bounds[1].isEmpty { return (first, pieceBytes) }
        guard let last = Int64(bounds[1]), last >= first else { return nil }
        return (first, last - first >= pieceBytes ? pieceBytes : last - first + 1)
    }

    /// Value of `Content-Range`.
    package static func contentRange(_ offset: Int64, count: Int64, of size: Int64) -> String {
        count > 0 ? "bytes \(offset)-\(offset + count - 1)/\(size)" : "bytes */\(size)"
    }

    /// The whole size from a `Content-Range`; nil when it says none, or another beginning than `offset`.
    package static func size(contentRange text: String, from offset: Int64) -> Int64? {
        guard text.hasPrefix("bytes \(offset)-"), let slash = text.lastIndex(of: "/") else { return nil }
        return Int64(text[text.index(after: slash)...]).flatMap { $0 > offset ? $0 : nil }
    }
}
