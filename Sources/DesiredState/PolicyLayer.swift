/// A policy in the chain from the top of the tree of groups to a device's group.
package struct PolicyLayer: Sendable, Hashable {
    package struct Profile: Sendable, Hashable {
        package var name: String
        package var condition: SettingsCondition
        package var settings: JSONValue
        package var locks: [SettingsPath]

        package init(name: String, condition: SettingsCondition, settings: JSONValue, locks: [SettingsPath] = []) {
            self.name = name
            self.condition = condition
            self.settings = settings
            self.locks = locks
        }
    }

    package var name: String
    package var settings: JSONValue
    package var locks: [SettingsPath]
    package var profiles: [Profile]

    package init(name: String, settings: JSONValue, locks: [SettingsPath] = [], profiles: [Profile] = []) {
        self.name = name
        self.settings = settings
        self.locks = locks
        self.profiles = profiles
    }
}
