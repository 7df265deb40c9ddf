/// Why a YAML file is refused: where, what was expected there, what was found.
package struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package let file: String
    /// From 1; 0 when the file could not be read at all.
    package let line: Int
    package let column: Int
    /// JSON pointer to the node; empty for the whole document.
    package let path: String
    package let expected: String
    package let got: String

    package init(file: String, line: Int, column: Int, path: String, expected: String, got: String) {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
        self.expected = expected
        self.got = got
    }

    package var description: String {
        "\(file):\(line):\(column): \(path.isEmpty ? "" : path + ": ")expected \(expected), got \(got)"
    }
}
