package import DesiredState

/// What is to be checked, and how far.
package struct ConformanceRequest: Sendable {
    /// Folder with the manifest and the library.
    package var folder: String
    /// Path of martlet-plugin-probe.
    package var probe: String
    /// Applied instead of the manifest's defaults.
    package var settings: JSONValue?
    /// Tasks to run, with parameters; those that the manifest calls idempotent and that need none, when nil.
    package var tasks: [(name: String, parameters: JSONValue)]?
    /// Libraries that the plugin may need beside the published ones: those of its application.
    package var libraries: Set<String>
    /// Of `ConformanceKit.scenarios`.
    package var scenarios = ConformanceKit.scenarios

    /// Divides the limits of calls: only for a plugin of which it is known that it keeps none of them.
    package var haste = 1

    package init(
        folder: String, probe: String, settings: JSONValue? = nil,
        tasks: [(name: String, parameters: JSONValue)]? = nil, libraries: Set<String> = []
    ) {
        self.folder = folder
        self.probe = probe
        self.settings = settings
        self.tasks = tasks
        self.libraries = libraries
    }
}
