internal import DesiredState

extension YAMLNode {
    /// The mapping's members. Throws when it is none, or has a member that `known` does not name.
    package func members(_ known: [String]) throws(YAMLError) -> YAMLMembers {
        guard case .mapping(let entries) = content else { throw error(expected: "a mapping") }
        for entry in entries where !known.contains(entry.key) {
            throw YAMLError(
                file: file, line: entry.line, column: entry.column, path: entry.value.path,
                expected: "one of \(known.joined(separator: ", "))", got: "unknown member \(entry.key)")
        }
        return YAMLMembers(node: self, entries: entries)
    }

    /// The members of a mapping whose keys are free.
    package func entries() throws(YAMLError) -> [YAMLEntry] {
        guard case .mapping(let entries) = content else { throw error(expected: "a mapping") }
        return entries
    }

    package func elements() throws(YAMLError) -> [YAMLNode] {
        guard case .sequence(let nodes) = content else { throw error(expected: "a list") }
        return nodes
    }

    /// The scalar's text, also of one that reads as a number (a version).
    package func text(_ expected: String = "a text") throws(YAMLError) -> String {
        guard case .scalar(let text, _) = content, !isNull else { throw error(expected: expected) }
        return text
    }

    package func texts() throws(YAMLError) -> [String] {
        var texts: [String] = []
        for node in try elements() { texts.append(try node.text()) }
        return texts
    }

    package func integer(in range: ClosedRange<Int64>) throws(YAMLError) -> Int64 {
        guard let value = try json().integerValue, range.contains(value) else {
            throw error(expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    package func boolean() throws(YAMLError) -> Bool {
        guard let value = try json().boolValue else { throw error(expected: "true or false") }
        return value
    }

    package var isNull: Bool {
        if case .scalar(let text, false) = content { ["", "~", "null", "Null", "NULL"].contains(text) } else { false }
    }

    /// One of a fixed set of words.
    package func word<Word>(_ type: Word.Type = Word.self) throws(YAMLError) -> Word
    where Word: RawRepresentable<String> & CaseIterable {
        let expected = "one of " + Word.allCases.map(\.rawValue).joined(separator: ", ")
        guard let word = Word(rawValue: try text(expected)) else { throw error(expected: expected) }
        return word
    }

    /// A number of bytes: a plain integer, or one with KiB, MiB or GiB behind it.
    package func bytes() throws(YAMLError) -> UInt64 {
        let expected = "a size such as 64MiB"
        let text = try text(expected)
        for (suffix, shift) in [("KiB", 10), ("MiB", 20), ("GiB", 30)] where text.hasSuffix(suffix) {
            guard let count = UInt32(text.dropLast(3)) else { throw error(expected: expected) }
            return UInt64(count) << UInt64(shift)
        }
        guard let count = UInt64(text) else { throw error(expected: expected) }
        return count
    }
}
