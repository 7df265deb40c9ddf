package import DesiredState

/// A plugin that the devices of a group are to have, in a version that was pushed to the server, and how it gets there.
package struct PluginPackageSpec: Sendable, Equatable {
    package static let percentRange: ClosedRange<Int64> = 0...100
    package static let failuresRange: ClosedRange<Int64> = 1...1_000_000
    /// Devices that may fail before a rollout halts, when nothing is said.
    package static let usualFailures: Int64 = 3

    package var application: String
    package var version: String
    package var group: String
    /// Of the devices concerned; the others keep the version before, or none. Always the same ones for a package, and those
    /// of a lower number among those of a higher.
    package var percent: Int64
    /// Devices that have not begun do not begin.
    package var isPaused: Bool
    /// The rollout holds by itself when so many devices failed.
    package var haltAfterFailures: Int64

    init?(_ fields: ManifestFields) {
        fields.allow(["application", "version", "group", "rollout"])
        fields.require("application", "a plugin's id, like com.example.cache")
        fields.require("version", "the version of a package that was pushed, in quotes where it reads as a number")
        fields.require("group", "a group's name or path, like root/servers")
        let rollout = fields.object("rollout")
        rollout?.allow(["percent", "paused", "haltAfterFailures"])
        percent = rollout?.integer("percent", in: Self.percentRange) ?? 100
        isPaused = rollout?.bool("paused") ?? false
        haltAfterFailures = rollout?.integer("haltAfterFailures", in: Self.failuresRange) ?? Self.usualFailures
        guard let application = fields.string("application"), let version = fields.string("version"),
            let group = fields.group("group")
        else { return nil }
        self.application = application
        self.version = version
        self.group = group
    }

    /// What says nothing beyond the default is left out.
    package var json: JSONValue {
        var object: [String: JSONValue] = [
            "application": .string(application), "version": .string(version), "group": .string(group),
        ]
        var rollout: [String: JSONValue] = [:]
        if percent != 100 { rollout["percent"] = .integer(percent) }
        if isPaused { rollout["paused"] = true }
        if haltAfterFailures != Self.usualFailures { rollout["haltAfterFailures"] = .integer(haltAfterFailures) }
        if !rollout.isEmpty { object["rollout"] = .object(rollout) }
        return .object(object)
    }
}
