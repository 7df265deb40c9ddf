/// One voice in the merge of an application's settings.
package struct SettingsLayer: Sendable, Hashable {
    package var source: SettingsSource
    /// How far down it stands: a policy's depth in the chain; a profile has its policy's.
    package var level: Int
    package var settings: JSONValue
    package var locks: [SettingsPath]

    /// Below every policy.
    package static let deviceLevel = 1_000
    /// Below everything.
    package static let localLevel = 1_001

    package init(source: SettingsSource, level: Int, settings: JSONValue, locks: [SettingsPath] = []) {
        self.source = source
        self.level = level
        self.settings = settings
        self.locks = locks
    }
}
