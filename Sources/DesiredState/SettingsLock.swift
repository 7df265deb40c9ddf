/// A place in settings that whoever locked it keeps for itself: nothing below its level changes it, or anything under it.
package struct SettingsLock: Sendable, Hashable {
    package var path: SettingsPath
    /// Who locked it, in words for people: `policy clamav-default`.
    package var holder: String
    /// Of the policy: 0 at the top of the tree. It binds greater levels only.
    package var level: Int

    package init(path: SettingsPath, holder: String, level: Int) {
        self.path = path
        self.holder = holder
        self.level = level
    }
}
