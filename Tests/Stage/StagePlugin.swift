package import Foundation

/// A plugin as an agent and a server find it in their plugins directory.
package struct StagePlugin: Sendable {
    package let id: String
    package let library: String
    package let folder: String
    /// Put in the place of `local:` values of its manifest, by key.
    package var local: [String: String] = [:]
    /// Of a plugin that SwiftPM does not build; nil for a product named `library`.
    package var file: URL?

    package init(id: String, library: String, folder: String, local: [String: String] = [:], file: URL? = nil) {
        self.id = id
        self.library = library
        self.folder = folder
        self.local = local
        self.file = file
    }

    package static let fixture = StagePlugin(
        id: "martlet.fixture", library: "martlet-plugin-fixture", folder: "Fixture")
    package static let linux = StagePlugin(id: "martlet.linux", library: "martlet-plugin-linux", folder: "Linux")

    package func install(in plugins: URL, directory: URL) throws {
        let target = plugins.appendingPathComponent(id)
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: file ?? Products.library(library), to: target.appendingPathComponent("plugin.so"))
        let manifest = Products.root.appendingPathComponent("Plugins/\(folder)/plugin.yaml")
        var text = try String(contentsOf: manifest, encoding: .utf8)
        var values = local
        if id == Self.fixture.id { values["directory"] = directory.appendingPathComponent("fixture").path }
        for (key, value) in values {
            text = text.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.hasPrefix("  \(key):") ? "  \(key): \(value)" : String($0) }.joined(separator: "\n")
        }
        try text.write(to: target.appendingPathComponent("plugin.yaml"), atomically: true, encoding: .utf8)
    }
}
