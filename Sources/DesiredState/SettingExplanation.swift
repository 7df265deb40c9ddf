/// Why one setting is what it is.
package struct SettingExplanation: Sendable, Hashable {
    package var path: SettingsPath
    /// nil when nothing sets it, and the schema has no default for it.
    package var value: JSONValue?
    package var source: SettingsSource
    package var lock: SettingsLock?
    /// What others said, in the order of the layers; a word with a lock was refused.
    package var overridden: [LayeredSettings.Word]

    /// Every setting of `layered`, which must have remembered its words, with the defaults of `schema` for what nobody says.
    package static func all(of layered: LayeredSettings, schema: SettingsSchema?) -> [SettingExplanation] {
        let complete = schema?.fillingDefaults(layered.value) ?? layered.value
        var places: [SettingsPath: JSONValue] = [:]
        for leaf in complete.leaves where !leaf.path.keys.isEmpty { places[leaf.path] = leaf.value }
        let silent = layered.refused.map(\.path).filter { refused in
            !places.keys.contains { $0.covers(refused) || refused.covers($0) }
        }
        return Set(places.keys).union(silent).sorted().map { path in
            explain(path, value: places[path], layered)
        }
    }

    private static func explain(_ path: SettingsPath, value: JSONValue?, _ layered: LayeredSettings) -> Self {
        let winner = layered.followed.last { $0.path == path && $0.value == value }
        let beaten = layered.followed.filter { word in
            word != winner && (path.covers(word.path) || word.path.covers(path))
        }
        let refused = layered.refused.filter { path.covers($0.path) || $0.path.covers(path) }
        return SettingExplanation(
            path: path, value: value, source: winner?.source ?? .standard,
            lock: layered.lock(on: path, against: .max), overridden: beaten + refused)
    }
}
