import Hummingbird
import ServerCore

/// The revision that a caller has read.
enum IfMatch {
    /// nil without the header or for `*`.
    static func revision(_ request: Request) throws(CoreError) -> Int64? {
        guard let header = request.headers[.ifMatch], header != "*" else { return nil }
        // An entity tag is in quotes (RFC 9110); a bare number is some other client's idea.
        let quoted = header.count > 2 && header.hasPrefix("\"") && header.hasSuffix("\"")
        guard quoted, let revision = Int64(header.dropFirst().dropLast()), revision >= 0 else {
            throw CoreError(.invalid, "If-Match: expected an object's revision in quotes, got \(header)")
        }
        return revision
    }
}
