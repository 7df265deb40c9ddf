/// YAML files by way of libyaml, which needs no Foundation.
///
/// Accepted is what a configuration needs: one document of mappings with text keys, lists and scalars. Aliases,
/// anchors, tags, duplicate keys, other encodings and deep nesting are errors, so that a file is no larger in memory
/// than on disk.
package enum YAMLDocument {
    package static let maximumBytes = 1 << 20
    package static let maximumDepth = 64

    /// Parses the text of `file`, which is only named in errors.
    package static func parse(_ bytes: [UInt8], file: String) throws(YAMLError) -> YAMLNode {
        guard bytes.count <= maximumBytes else {
            throw YAMLError(
                file: file, line: 0, column: 0, path: "", expected: "at most \(maximumBytes) bytes",
                got: "\(bytes.count)")
        }
        var builder = YAMLTreeBuilder(file: file)
        do {
            return try YAMLEventReader.withReader(bytes, file: file) { (reader) throws(YAMLError) in
                try builder.document(from: &reader)
            }
        } catch  where error.path.isEmpty && isIndentedByTab(bytes, line: error.line) {
            throw YAMLError(
                file: file, line: error.line, column: error.column, path: "", expected: "valid YAML",
                got: "a tab; indent with spaces")
        }
    }

    private static func isIndentedByTab(_ bytes: [UInt8], line: Int) -> Bool {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.indices.contains(line - 1) else { return false }
        return lines[line - 1].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            .contains(UInt8(ascii: "\t"))
    }
}
