/// The known name that a mistyped one was most likely meant to be.
package enum NameSuggestion {
    /// nil when nothing is near: half of the name or more than three characters differ.
    package static func nearest(to name: String, among known: [String]) -> String? {
        let limit = min(3, max(1, name.count / 2))
        return known.map { ($0, distance(name.lowercased(), $0.lowercased())) }
            .filter { $0.1 <= limit }
            .min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// What an error adds to an unknown name: empty when nothing is near.
    package static func hint(for name: String, among known: [String]) -> String {
        nearest(to: name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
    }

    /// Insertions, deletions, replacements.
    static func distance(_ a: String, _ b: String) -> Int {
        let second = Array(b)
        var previous = Array(0...second.count)
        for (row, character) in a.enumerated() {
            var current = [row + 1]
            for (column, other) in second.enumerated() {
                let replaced = previous[column] + (character == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[second.count]
    }
}
