/// Why a statement of trust is refused: the place in it, and what was expected there.
package struct TrustError: Error, Sendable, Hashable, CustomStringConvertible {
    package let path: String
    package let expected: String

    package init(_ path: String, expected: String) {
        self.path = path
        self.expected = expected
    }

    package var description: String { "\(path.isEmpty ? "" : path + ": ")expected \(expected)" }
}
