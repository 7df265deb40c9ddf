package import DesiredState

/// Settings of one application on one device, below what policies lock.
package struct ApplicationSettingsSpec: Sendable, Equatable {
    package var application: String
    /// A uid, the beginning of one, or a host name.
    package var device: String
    package var settings: JSONValue

    init?(_ fields: ManifestFields) {
        fields.allow(["application", "device", "settings"])
        fields.require("application", "an application's id, like martlet.clamav")
        fields.require("device", "a device's uid or host name")
        fields.require("settings", "an object")
        guard let application = fields.string("application"), let device = fields.string("device"),
            let settings = fields.settings("settings")
        else { return nil }
        self.application = application
        self.device = device
        self.settings = settings
    }

    package var json: JSONValue {
        ["application": .string(application), "device": .string(device), "settings": settings]
    }
}
