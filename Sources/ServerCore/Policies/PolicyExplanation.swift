package import DesiredState
package import DeviceProtocol

/// Why an application's settings on a device are what they are.
package struct PolicyExplanation: Sendable {
    package var device: DeviceUID
    package var application: String
    package var settings: [SettingExplanation]
    /// Those that may come to hold on this device, in their order, and whether the device last said that they do.
    package var profiles: [(profile: SettingsProfile, isActive: Bool)]
    /// As the plugin last read them back; nil when the device has reported none.
    package var inForce: JSONValue?
}
