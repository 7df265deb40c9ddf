extension JSONValue {
    /// What stands at a place; nil when nothing does.
    package subscript(path: SettingsPath) -> JSONValue? {
        path.keys.reduce(Optional(self)) { value, key in value?[key] }
    }

    /// An object with nothing but `value` at `path`; `value` itself for the empty path.
    package init(_ value: JSONValue, at path: SettingsPath) {
        self = path.keys.reversed().reduce(value) { inner, key in .object([key: inner]) }
    }

    /// Everything that is no object, and empty objects, with their places in order.
    package var leaves: [(path: SettingsPath, value: JSONValue)] {
        var found: [(path: SettingsPath, value: JSONValue)] = []
        gather(at: SettingsPath(), into: &found)
        return found
    }

    private func gather(at path: SettingsPath, into found: inout [(path: SettingsPath, value: JSONValue)]) {
        guard case .object(let members) = self, !members.isEmpty else {
            found.append((path, self))
            return
        }
        for key in members.keys.sorted() { members[key]?.gather(at: path.appending(key), into: &found) }
    }
}
