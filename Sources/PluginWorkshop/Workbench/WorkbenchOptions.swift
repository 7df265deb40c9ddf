/// Where a plugin is tried, and what it may do there.
package struct WorkbenchOptions: Sendable {
    /// With the manifest and the library, as a device has it.
    package var folder: String
    /// Path of martlet-plugin-host.
    package var host: String
    /// The plugin's values are kept here, and what it would write elsewhere.
    package var dataDirectory: String
    /// Whether units and files are touched for real.
    package var isReal: Bool
    /// Files that hold the values of secrets, by their names.
    package var secrets: [String: String]

    package init(
        folder: String, host: String, dataDirectory: String, isReal: Bool = false, secrets: [String: String] = [:]
    ) {
        self.folder = folder
        self.host = host
        self.dataDirectory = dataDirectory
        self.isReal = isReal
        self.secrets = secrets
    }
}
