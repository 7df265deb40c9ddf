/// One application's part of a device's document: what is merged already, and what only the device can decide.
package struct ApplicationEntry: Sendable, Hashable {
    /// Of all policies, merged.
    package var settings: JSONValue
    package var locks: [SettingsLock]
    /// In the order in which they lie over the settings.
    package var profiles: [SettingsProfile]
    package var device: DeviceSettings?

    package init(
        settings: JSONValue, locks: [SettingsLock] = [], profiles: [SettingsProfile] = [],
        device: DeviceSettings? = nil
    ) {
        self.settings = settings
        self.locks = locks
        self.profiles = profiles
        self.device = device
    }

    /// What is to be in force: profiles in order, then what is wanted of the device alone, then what its own user wants,
    /// each where nothing above locks it.
    package func merged(local: JSONValue = .object([:]), isActive: (SettingsProfile) -> Bool) -> LayeredSettings {
        Self.merge(
            over: LayeredSettings(settings, locks: locks), profiles: profiles.filter(isActive), device: device,
            local: local)
    }

    /// The one order of layers below policies, on the server and on the device.
    static func merge(
        over policies: LayeredSettings, profiles: [SettingsProfile], device: DeviceSettings?, local: JSONValue
    ) -> LayeredSettings {
        var merged = policies
        for profile in profiles { merged.apply(profile.layer) }
        if let device { merged.apply(device.layer) }
        if local != .object([:]) {
            merged.apply(SettingsLayer(source: .local, level: SettingsLayer.localLevel, settings: local))
        }
        return merged
    }
}
