/// How far a PluginPackage got.
package struct RolloutState: Sendable, Equatable {
    package var name: String
    package var application: String
    package var version: String
    package var percent: Int64
    package var isPaused: Bool
    package var haltedAt: Int64?
    package var haltReason: String
    /// Those that the rollout has reached, by host name.
    package var devices: [DevicePackage]
}
