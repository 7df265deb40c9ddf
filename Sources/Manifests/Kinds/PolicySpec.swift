package import DesiredState

/// Settings of one application in one group and everything below it.
package struct PolicySpec: Sendable, Equatable {
    package var application: String
    package var group: String
    package var settings: JSONValue

    init?(_ fields: ManifestFields) {
        fields.allow(["application", "group", "settings"])
        fields.require("application", "an application's id, like martlet.clamav")
        fields.require("group", "a group's name or path, like root/servers")
        fields.require("settings", "an object")
        guard let application = fields.string("application"), let group = fields.group("group"),
            let settings = fields.settings("settings")
        else { return nil }
        self.application = application
        self.group = group
        self.settings = settings
    }

    package var json: JSONValue {
        ["application": .string(application), "group": .string(group), "settings": settings]
    }
}
