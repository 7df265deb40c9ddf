package import DesiredState

/// Settings of a policy that lie over the others while a condition holds on the device.
package struct PolicyProfileSpec: Sendable, Equatable {
    package var name: String
    package var condition: SettingsCondition
    package var settings: JSONValue
    package var locks: [SettingsPath]
    /// The condition as it was written.
    private var written: JSONValue

    init?(_ fields: ManifestFields) {
        fields.allow(["name", "when", "settings", "locks"])
        fields.require("name", ResourceName.rule)
        fields.require("when", ConditionReader.rule)
        fields.require("settings", "an object")
        locks = fields.paths("locks", atMost: SpecLimits.locks) ?? []
        let condition = fields.object("when").flatMap { ConditionReader.read($0) }
        guard let name = fields.name("name"), let condition, let written = fields.value("when")?.json,
            let settings = fields.settings("settings")
        else { return nil }
        self.name = name
        self.condition = condition
        self.written = written
        self.settings = settings
    }

    package var json: JSONValue {
        var object: [String: JSONValue] = ["name": .string(name), "when": written, "settings": settings]
        if !locks.isEmpty { object["locks"] = .array(locks.map { .string("\($0)") }) }
        return .object(object)
    }

    var layer: PolicyLayer.Profile {
        PolicyLayer.Profile(name: name, condition: condition, settings: settings, locks: locks)
    }
}
