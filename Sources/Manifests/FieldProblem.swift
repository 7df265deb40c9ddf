/// One place in an operator's input that cannot be accepted.
package struct FieldProblem: Sendable, Hashable, CustomStringConvertible {
    package var file: String?
    package var line: Int?
    /// Dotted, from the top of the object: `spec.settings.maxFileSizeMB`.
    package var path: String
    package var expected: String
    package var got: String

    package init(file: String? = nil, line: Int? = nil, path: String, expected: String, got: String) {
        self.file = file
        self.line = line
        self.path = path
        self.expected = expected
        self.got = got
    }

    package var description: String {
        let place = [file, line.map(String.init)].compactMap(\.self).joined(separator: ":")
        let prefix = [place, path].filter { !$0.isEmpty }.map { $0 + ": " }.joined()
        return "\(prefix)expected \(expected), got \(got)"
    }
}
