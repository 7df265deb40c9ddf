/// What an `ApplicationSettings` object says of one application on one device.
package struct DeviceSettings: Sendable, Hashable {
    package var name: String
    package var settings: JSONValue

    package init(name: String, settings: JSONValue) {
        self.name = name
        self.settings = settings
    }

    var layer: SettingsLayer {
        SettingsLayer(source: .applicationSettings(name), level: SettingsLayer.deviceLevel, settings: settings)
    }
}
