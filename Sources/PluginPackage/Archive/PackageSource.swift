/// What a package is made of.
package struct PackageSource: Sendable {
    /// `plugin.yaml`, as the vendor wrote it.
    package var manifestPath: String
    package var libraries: [PackageArchitecture: String]
    /// Paths by the name that they get.
    package var licences: [String: String]

    package init(manifestPath: String, libraries: [PackageArchitecture: String], licences: [String: String] = [:]) {
        self.manifestPath = manifestPath
        self.libraries = libraries
        self.licences = licences
    }
}
