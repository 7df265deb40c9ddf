import Foundation
import PluginPackage

/// A plugin's folder that goes into an installation package: its manifest and its library.
struct PackagedPlugin {
    let directory: URL
    let id: String
    let version: String
    /// File name of the library, beside the manifest.
    let library: String

    /// Throws when the manifest cannot be used, or names a library that is not there.
    init(directory: URL) throws {
        self.directory = directory
        let file = directory.appending(path: "plugin.yaml")
        let manifest: PluginManifest
        do {
            manifest = try PluginManifest(yaml: Array(Data(contentsOf: file)), file: file.path)
        } catch let error as YAMLError {
            throw CLIError(.invalidInput, "\(error)")
        } catch {
            throw CLIError(.invalidInput, "\(file.path) cannot be read")
        }
        guard FileManager.default.isReadableFile(atPath: directory.appending(path: manifest.library).path) else {
            throw CLIError(
                .invalidInput, "\(file.path): library: expected \(manifest.library) beside it, but there is none")
        }
        (id, version, library) = (manifest.id, manifest.version, manifest.library)
    }
}
