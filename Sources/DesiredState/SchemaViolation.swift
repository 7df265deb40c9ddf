/// One place where a document does not fit its schema.
package struct SchemaViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// JSON pointer (RFC 6901); empty for the whole document.
    package let path: String
    package let expected: String
    package let got: String

    package init(path: String, expected: String, got: String) {
        self.path = path
        self.expected = expected
        self.got = got
    }

    package var description: String { "\(path.isEmpty ? "/" : path): expected \(expected), got \(got)" }
}
