package import DesiredState

/// Settings of one application in one group and everything below it.
package struct PolicySpec: Sendable, Equatable {
    package var application: String
    package var group: String
    package var settings: JSONValue
    /// Places that nothing below this policy changes.
    package var locks: [SettingsPath]
    package var profiles: [PolicyProfileSpec]
    /// Whether it counts. Of an application and a group at most one policy does; others are kept for later.
    package var isActive: Bool

    init?(_ fields: ManifestFields) {
        fields.allow(["application", "group", "settings", "locks", "profiles", "active"])
        fields.require("application", "an application's id, like martlet.clamav")
        fields.require("group", "a group's name or path, like root/servers")
        fields.require("settings", "an object")
        locks = fields.paths("locks", atMost: SpecLimits.locks) ?? []
        profiles = (fields.list("profiles", atMost: SpecLimits.profiles) ?? []).compactMap(PolicyProfileSpec.init)
        isActive = fields.bool("active") ?? true
        guard let application = fields.string("application"), let group = fields.group("group"),
            let settings = fields.settings("settings"), Self.areNamedApart(profiles, fields)
        else { return nil }
        self.application = application
        self.group = group
        self.settings = settings
    }

    private static func areNamedApart(_ profiles: [PolicyProfileSpec], _ fields: ManifestFields) -> Bool {
        var names: Set<String> = []
        for profile in profiles where !names.insert(profile.name).inserted {
            fields.refuse("profiles", expected: "a name of its own for each", got: "two named \(profile.name)")
            return false
        }
        return true
    }

    /// What says nothing beyond the default is left out.
    package var json: JSONValue {
        var object: [String: JSONValue] = [
            "application": .string(application), "group": .string(group), "settings": settings,
        ]
        if !locks.isEmpty { object["locks"] = .array(locks.map { .string("\($0)") }) }
        if !profiles.isEmpty { object["profiles"] = .array(profiles.map(\.json)) }
        if !isActive { object["active"] = false }
        return .object(object)
    }

    /// As a layer of the merge.
    package func layer(name: String) -> PolicyLayer {
        PolicyLayer(name: name, settings: settings, locks: locks, profiles: profiles.map(\.layer))
    }
}
