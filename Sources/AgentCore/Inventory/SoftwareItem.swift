/// One installed package.
package struct SoftwareItem: Sendable, Hashable, Comparable {
    package var name: String
    package var version: String
    package var architecture: String

    package init(name: String, version: String, architecture: String) {
        self.name = name
        self.version = version
        self.architecture = architecture
    }

    package static func < (a: SoftwareItem, b: SoftwareItem) -> Bool {
        (a.name, a.version, a.architecture) < (b.name, b.version, b.architecture)
    }

    var line: String { "\(name)\t\(version)\t\(architecture)\n" }
}
