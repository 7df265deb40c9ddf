import Hummingbird
import ServerCore

/// The revision that a caller has read.
enum IfMatch {
    /// nil without the header or for `*`.
    static func revision(_ request: Request) throws(CoreError) -> Int64? {
        guard let header = request.headers[.ifMatch], header != "*" else { return nil }
        let text =
            header.hasPrefix("\"") && header.hasSuffix("\"") && header.count >= 2
            ? String(header.dropFirst().dropLast()) : header
        guard let revision = Int64(text) else {
            throw CoreError(.invalid, "If-Match: expected an object's revision, got \(header)")
        }
        return revision
    }
}
