package import DesiredState
package import Manifests

/// A declared setting that has no effect, since a policy of a group above locks its place.
package struct LockConflict: Sendable, Hashable {
    package enum Cause: String, Sendable, CaseIterable {
        /// The setting is in a manifest that is applied.
        case setting
        /// The setting was declared before, and a lock that is applied takes it out of force.
        case lock
    }

    /// `Policy` or `ApplicationSettings`, and its name.
    package var kind: ManifestKind
    package var name: String
    /// The profile of the policy that has the setting; nil when it is the policy's own.
    package var profile: String?
    package var path: SettingsPath
    package var value: JSONValue
    /// What stands there instead; nil when nothing does.
    package var inForce: JSONValue?
    /// Where, and by whom in words for people, it is locked.
    package var lock: SettingsLock
    package var cause: Cause

    package init(
        kind: ManifestKind, name: String, profile: String? = nil, path: SettingsPath, value: JSONValue,
        inForce: JSONValue?, lock: SettingsLock, cause: Cause
    ) {
        self.kind = kind
        self.name = name
        self.profile = profile
        self.path = path
        self.value = value
        self.inForce = inForce
        self.lock = lock
        self.cause = cause
    }

    /// What has no effect, whoever locks it.
    var place: [String] { [kind.rawValue, name, profile ?? "", "\(path)"] }
}
