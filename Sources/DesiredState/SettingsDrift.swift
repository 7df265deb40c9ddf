/// A setting that is not in force as it was applied.
package struct SettingsDrift: Sendable, Hashable {
    package var path: SettingsPath
    package var expected: JSONValue
    /// nil where nothing is in force.
    package var found: JSONValue?
    /// Values of a setting that the schema marks `x-martlet-secret` are in no text and no event.
    package var isSecret: Bool

    /// Longest text of one value for people.
    package static let longestValue = 80
    /// Of so many settings at most the values are said; the others are counted.
    package static let mostShown = 8

    package init(path: SettingsPath, expected: JSONValue, found: JSONValue?, isSecret: Bool = false) {
        self.path = path
        self.expected = expected
        self.found = found
        self.isSecret = isSecret
    }

    /// Every setting that was applied and is not in force so, by path. What is in force beside that is no drift: nobody
    /// wished anything of it.
    package static func between(applied: JSONValue, inForce: JSONValue, schema: SettingsSchema) -> [SettingsDrift] {
        applied.leaves.compactMap { path, expected in
            let found = inForce[path]
            if found == expected { return nil }
            // Empty objects ask for nothing that could be missing.
            if expected == .object([:]), found == nil || found?.objectValue != nil { return nil }
            return SettingsDrift(
                path: path, expected: expected, found: found, isSecret: schema.isSecret(path))
        }
    }

    /// `/a/b is 5, not 7`, shortened.
    package var text: String {
        guard !isSecret else { return "\(path) is not what was applied" }
        return "\(path) is \(found.map(Self.short) ?? "not set"), not \(Self.short(expected))"
    }

    /// The first few in words, and how many more there are.
    package static func text(_ drift: [SettingsDrift]) -> String {
        let shown = drift.prefix(mostShown).map(\.text).joined(separator: "; ")
        return drift.count > mostShown ? "\(shown); and \(drift.count - mostShown) more" : shown
    }

    /// The same for machines: path, and in short what was expected and found.
    package static func json(_ drift: [SettingsDrift]) -> JSONValue {
        .array(
            drift.prefix(mostShown).map { item in
                var members: [String: JSONValue] = ["path": .string("\(item.path)")]
                guard !item.isSecret else { return .object(members) }
                members["expected"] = .string(short(item.expected))
                members["found"] = item.found.map { .string(short($0)) }
                return .object(members)
            })
    }

    private static func short(_ value: JSONValue) -> String {
        let text = CanonicalJSON.text(value)
        return text.count > longestValue ? "\(text.prefix(longestValue))…" : text
    }
}
