import DesiredState
import Manifests
import ServerStore

/// The active policies of every group, to find what their locks keep from having an effect. A value, as of one moment.
///
/// Locks of profiles are left out: they bind while the device says that the profile holds.
struct LockBook: Sendable {
    /// A lock as a policy says it, whatever locks above make of it.
    struct Held: Hashable {
        var path: SettingsPath
        /// In words for people.
        var holder: String
    }

    private let tree: GroupTree
    /// By group and application.
    private let policies: [String: [String: PolicyLayer]]

    init(in reader: any SQLReader) throws {
        tree = try GroupTree(in: reader)
        policies = try DocumentCompiler.load(from: reader).policies
    }

    func policy(of application: String, in group: String) -> PolicyLayer? { policies[group]?[application] }

    /// Applications of which the group or one above has a policy, sorted.
    func applications(in group: String) -> [String] {
        Set(tree.chain(from: group).flatMap { (policies[$0] ?? [:]).keys }).sorted()
    }

    /// Every lock on an application's settings that the group and those above it hold.
    func locks(on application: String, in group: String) -> Set<Held> {
        Set(
            stack(of: application, in: group).flatMap { policy in
                policy.locks.map { Held(path: $0, holder: "\(SettingsSource.policy(policy.name))") }
            })
    }

    /// Of the policy of this application in this group, and of its profiles, what has no effect.
    func conflicts(
        ofPolicyOf application: String, in group: String, cause: LockConflict.Cause
    ) -> [LockConflict] {
        guard let policy = policy(of: application, in: group) else { return [] }
        let (above, level) = merged(of: application, in: group, withOwn: false)
        let own = refused(policy.settings, source: .policy(policy.name), level: level, over: above)
        let profiles = policy.profiles.flatMap { profile in
            refused(
                profile.settings, source: .profile(profile.name, policy: policy.name), level: level, over: above
            ).map { (profile.name, $0) }
        }
        return (own.map { (nil, $0) } + profiles).compactMap { profile, word in
            Self.conflict(.policy, policy.name, profile: profile, word, in: above.value, cause)
        }
    }

    /// Of the settings of one device that is in this group.
    func conflicts(
        of settings: DeviceSettings, of application: String, in group: String, cause: LockConflict.Cause
    ) -> [LockConflict] {
        let (above, _) = merged(of: application, in: group, withOwn: true)
        return refused(
            settings.settings, source: .applicationSettings(settings.name), level: SettingsLayer.deviceLevel,
            over: above
        ).compactMap { Self.conflict(.applicationSettings, settings.name, profile: nil, $0, in: above.value, cause) }
    }

    private static func conflict(
        _ kind: ManifestKind, _ name: String, profile: String?, _ word: LayeredSettings.Word, in value: JSONValue,
        _ cause: LockConflict.Cause
    ) -> LockConflict? {
        word.lock.map {
            LockConflict(
                kind: kind, name: name, profile: profile, path: word.path, value: word.value,
                inForce: value[word.path], lock: $0, cause: cause)
        }
    }

    /// The top of the tree first.
    private func stack(of application: String, in group: String) -> [PolicyLayer] {
        tree.chain(from: group).reversed().compactMap { policies[$0]?[application] }
    }

    /// The policies from the root down as one, and the level of the next one.
    private func merged(of application: String, in group: String, withOwn: Bool) -> (LayeredSettings, level: Int) {
        var stack = stack(of: application, in: group)
        if !withOwn, policies[group]?[application] != nil { stack.removeLast() }
        var merged = LayeredSettings()
        for (level, policy) in stack.enumerated() {
            merged.apply(
                SettingsLayer(
                    source: .policy(policy.name), level: level, settings: policy.settings, locks: policy.locks))
        }
        return (merged, stack.count)
    }

    private func refused(
        _ settings: JSONValue, source: SettingsSource, level: Int, over above: LayeredSettings
    ) -> [LayeredSettings.Word] {
        var merged = above
        merged.apply(SettingsLayer(source: source, level: level, settings: settings))
        return Array(merged.refused.dropFirst(above.refused.count))
    }
}
