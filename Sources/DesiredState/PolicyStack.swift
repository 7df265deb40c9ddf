/// All that operators want of one application on one device, before it is merged.
package struct PolicyStack: Sendable, Hashable {
    /// The top of the tree first.
    package var policies: [PolicyLayer]
    package var device: DeviceSettings?

    package init(policies: [PolicyLayer], device: DeviceSettings? = nil) {
        self.policies = policies
        self.device = device
    }

    /// What travels to the device: the policies as one, their locks, the profiles that may come to hold, and what is
    /// wanted of the device alone. `labels` nil leaves conditions on labels in, as for a device that is not known.
    package func entry(labels: [String: String]?) -> ApplicationEntry {
        let merged = merged(remembers: false)
        return ApplicationEntry(
            settings: merged.value, locks: merged.locks, profiles: profiles(labels: labels), device: device)
    }

    /// The same merge as the device's own, with every word remembered. `isActive` says which profiles hold there.
    package func explained(
        labels: [String: String], local: JSONValue = .object([:]), isActive: (SettingsProfile) -> Bool
    ) -> LayeredSettings {
        ApplicationEntry.merge(
            over: merged(remembers: true), profiles: profiles(labels: labels).filter(isActive), device: device,
            local: local)
    }

    private func merged(remembers: Bool) -> LayeredSettings {
        var merged = LayeredSettings(remembers: remembers)
        for (level, policy) in policies.enumerated() {
            merged.apply(
                SettingsLayer(
                    source: .policy(policy.name), level: level, settings: policy.settings, locks: policy.locks))
        }
        return merged
    }

    /// In order, without those that can never hold on a device with these labels.
    package func profiles(labels: [String: String]?) -> [SettingsProfile] {
        policies.enumerated().flatMap { level, policy in
            policy.profiles.compactMap { profile in
                let condition = labels.map { profile.condition.resolved(labels: $0) } ?? profile.condition
                guard condition != .never else { return nil }
                return SettingsProfile(
                    name: profile.name, policy: policy.name, level: level, condition: condition,
                    settings: profile.settings, locks: profile.locks)
            }
        }
    }
}
