/// Settings that lie over those of all policies while a condition holds on the device.
package struct SettingsProfile: Sendable, Hashable {
    package var name: String
    package var policy: String
    /// Of its policy.
    package var level: Int
    package var condition: SettingsCondition
    package var settings: JSONValue
    package var locks: [SettingsPath]

    package init(
        name: String, policy: String, level: Int, condition: SettingsCondition, settings: JSONValue,
        locks: [SettingsPath] = []
    ) {
        self.name = name
        self.policy = policy
        self.level = level
        self.condition = condition
        self.settings = settings
        self.locks = locks
    }

    /// `POLICY/NAME`: how devices report it.
    package var id: String { "\(policy)/\(name)" }

    var layer: SettingsLayer {
        SettingsLayer(source: .profile(name, policy: policy), level: level, settings: settings, locks: locks)
    }
}
