package import DesiredState

/// What is known of one plugin and its application.
package struct ApplicationReport: Sendable, Hashable {
    /// Plugin id, also the application's.
    package var plugin: String
    package var name: String
    /// The plugin's own version.
    package var version: String
    /// As last read; empty before the first time and while the plugin is not running.
    package var instances: [InstanceReport]
    package var health: PluginHealth
    /// SHA-256 of the canonical JSON of the settings in force; nil before any are known.
    package var settingsDigest: [UInt8]?
    /// Why the settings wanted are not in force, when they are not.
    package var settingsProblem: ApplyProblem?

    package init(
        plugin: String, name: String, version: String, instances: [InstanceReport], health: PluginHealth,
        settingsDigest: [UInt8]? = nil, settingsProblem: ApplyProblem? = nil
    ) {
        self.plugin = plugin
        self.name = name
        self.version = version
        self.instances = instances
        self.health = health
        self.settingsDigest = settingsDigest
        self.settingsProblem = settingsProblem
    }
}

/// One instance of an application: two clusters of a database are two.
package struct InstanceReport: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case running, stopped, degraded, failed, notInstalled
        /// A word of a later version.
        case unknown
    }

    /// Empty for an application that is one.
    package var instance: String
    package var state: State
    package var version: String
    /// An object.
    package var details: JSONValue

    package init(instance: String, state: State, version: String, details: JSONValue) {
        self.instance = instance
        self.state = state
        self.version = version
        self.details = details
    }
}
