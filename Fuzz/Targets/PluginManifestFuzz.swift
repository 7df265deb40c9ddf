import PluginPackage

/// `plugin.yaml` of a plugin's folder.
package enum PluginManifestFuzz {
    package static func run(_ bytes: [UInt8]) { _ = try? PluginManifest(yaml: bytes, file: "plugin.yaml") }
}
