package import DesiredState

/// A task that the plugin offers.
package struct PluginTaskDefinition: Sendable, Hashable {
    package let name: String
    package let title: String
    package let parameters: SettingsSchema
    /// Running it twice does no more than running it once.
    package let isIdempotent: Bool
    /// Is started again, with the same run id, when its process ended under it.
    package let isResumable: Bool
}
