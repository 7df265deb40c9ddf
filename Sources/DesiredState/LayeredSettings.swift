/// Settings as they come about, layer by layer, under the locks of the layers before. Pure; the server and the agent
/// both merge with this.
///
/// Objects merge by key; arrays and scalars replace; null is a value. What a lock of a smaller level covers stays as it
/// is. A layer that replaces an object as a whole takes away what is not locked under it. A lock never binds the level
/// that holds it, nor one above.
package struct LayeredSettings: Sendable {
    /// A layer's word on one place.
    package struct Word: Sendable, Hashable {
        package var source: SettingsSource
        package var path: SettingsPath
        package var value: JSONValue
        /// The lock that refused it; nil when it was followed, at least until a later layer spoke.
        package var lock: SettingsLock?
    }

    package private(set) var value: JSONValue
    package private(set) var locks: [SettingsLock]
    /// What was refused, in the order of the layers.
    package private(set) var refused: [Word] = []
    /// Every word that was followed, in the order of the layers; empty unless asked for.
    package private(set) var followed: [Word] = []
    private let remembers: Bool

    /// Begins with `value` under `locks`. `remembers` keeps every word, for explaining.
    package init(_ value: JSONValue = .object([:]), locks: [SettingsLock] = [], remembers: Bool = false) {
        self.value = value
        self.locks = locks
        self.remembers = remembers
    }

    package mutating func apply(_ layer: SettingsLayer) {
        let binding = locks.filter { $0.level < layer.level }
        if binding.isEmpty, !remembers {
            value = SettingsMerge.merge(value, with: layer.settings)
        } else {
            value = overlay(value, with: layer.settings, at: SettingsPath(), layer.source, binding) ?? value
        }
        for path in layer.locks where !locks.contains(where: { $0.level <= layer.level && $0.path.covers(path) }) {
            locks.append(SettingsLock(path: path, holder: "\(layer.source)", level: layer.level))
        }
    }

    /// The lock that keeps `level` from changing this place: the one of the smallest level.
    package func lock(on path: SettingsPath, against level: Int) -> SettingsLock? {
        Self.lock(on: path, locks.filter { $0.level < level })
    }

    private static func lock(on path: SettingsPath, _ locks: [SettingsLock]) -> SettingsLock? {
        locks.filter { $0.path.covers(path) }.min { ($0.level, $0.path) < ($1.level, $1.path) }
    }

    private mutating func overlay(
        _ base: JSONValue?, with value: JSONValue, at path: SettingsPath, _ source: SettingsSource,
        _ binding: [SettingsLock]
    ) -> JSONValue? {
        if let lock = Self.lock(on: path, binding) {
            refuse(value, at: path, source, lock)
            return base
        }
        guard case .object(let members) = value else {
            let kept = base.flatMap { Self.locked(in: $0, at: path, binding) }
            guard let kept else {
                follow(value, at: path, source)
                return value
            }
            for lock in binding where path.covers(lock.path) { refuse(value, at: lock.path, source, lock) }
            return kept
        }
        var merged = base?.objectValue ?? [:]
        if members.isEmpty, base?.objectValue == nil { follow(value, at: path, source) }
        for key in members.keys.sorted() {
            merged[key] = overlay(merged[key], with: members[key] ?? .null, at: path.appending(key), source, binding)
        }
        // All of it was refused: an object that was not there does not come about.
        return merged.isEmpty && !members.isEmpty ? base : .object(merged)
    }

    /// Of `value`, which stands at `path`, what locks below it hold; nil when nothing.
    private static func locked(in value: JSONValue, at path: SettingsPath, _ locks: [SettingsLock]) -> JSONValue? {
        if locks.contains(where: { $0.path.covers(path) }) { return value }
        guard case .object(let members) = value, locks.contains(where: { path.covers($0.path) }) else { return nil }
        var kept: [String: JSONValue] = [:]
        for (key, member) in members { kept[key] = locked(in: member, at: path.appending(key), locks) }
        return kept.isEmpty ? nil : .object(kept)
    }

    private mutating func refuse(
        _ value: JSONValue, at path: SettingsPath, _ source: SettingsSource, _ lock: SettingsLock
    ) {
        refused.append(Word(source: source, path: path, value: value, lock: lock))
    }

    private mutating func follow(_ value: JSONValue, at path: SettingsPath, _ source: SettingsSource) {
        if remembers { followed.append(Word(source: source, path: path, value: value)) }
    }
}
