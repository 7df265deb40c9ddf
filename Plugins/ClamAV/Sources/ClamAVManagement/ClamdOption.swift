/// One line of clamd.conf.
package struct ClamdOption: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Nil for an empty line or a comment.
    package init?(line: some StringProtocol) {
        let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard let name = words.first, !name.hasPrefix("#") else { return nil }
        self.name = String(name)
        value = words.count > 1 ? String(words[1].drop(while: { $0 == " " })) : ""
        while value.last == " " { value.removeLast() }
    }

    package var line: String { "\(name) \(value)" }
}
