package import DesiredState

/// What a plugin says of itself in its `plugin.yaml`: the single source for validation on device and server, for forms
/// and for documentation. A value of this type is complete and consistent.
package struct PluginManifest: Sendable, Hashable {
    /// Reverse domain; also the application's id.
    package var id: String
    package var name: String
    package var vendor: String
    package var version: String
    /// Interface version the library was built for.
    package var abiMajor: Int
    package var abiMinor: Int
    /// File name of the library in the plugin's folder.
    package var library: String
    /// SHA-256 of the library; checked when present.
    package var libraryDigest: [UInt8]?
    package var units: [PluginUnitGrant]
    package var paths: [PluginPathGrant]
    package var limits: PluginLimits
    package var settings: SettingsSchema
    package var tasks: [PluginTaskDefinition]
    package var events: [PluginEventDefinition]
    package var statistics: [PluginStatisticDefinition]
    /// Of this device, not of the policy: paths and the like, handed to the plugin when it is created.
    package var local: [String: String]
    /// SHA-256 of the file; agent and server compare theirs.
    package var digest: [UInt8]

    package func task(_ name: String) -> PluginTaskDefinition? { tasks.first { $0.name == name } }
    package func event(_ type: String) -> PluginEventDefinition? { events.first { $0.type == type } }
    package func statistic(_ name: String) -> PluginStatisticDefinition? { statistics.first { $0.name == name } }

    /// The settings of a device for which no policy says anything.
    package var defaultSettings: JSONValue { settings.fillingDefaults(.object([:])) }
}
