package import DesiredState
import Foundation
package import PluginPackage
import Synchronization

/// The applications whose plugin manifests the server was given: in a folder, or in packages.
package final class PluginCatalog: ApplicationCatalog {
    private let known: Mutex<[String: PluginManifest]>

    /// Two manifests with the same id: the first one counts.
    package init(_ manifests: [PluginManifest]) {
        known = Mutex(Dictionary(manifests.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Takes a manifest that came in a package, unless a newer version's is known.
    package func learn(_ manifest: PluginManifest) {
        known.withLock { known in
            if let old = known[manifest.id], PluginVersion(manifest.version) < PluginVersion(old.version) { return }
            known[manifest.id] = manifest
        }
    }

    private func manifest(_ id: String) -> PluginManifest? { known.withLock { $0[id] } }

    /// Reads `plugin.yaml` of every folder below `directory`, in the order of their names. What cannot be read is given
    /// to `problem` and hides nothing else; a directory that is not there is a problem too.
    package convenience init(directory: String, problem: (String) -> Void) {
        var found: [PluginManifest] = []
        do {
            let root = URL(filePath: directory, directoryHint: .isDirectory)
            for name in try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() {
                let file = root.appending(path: name).appending(path: "plugin.yaml")
                guard let bytes = FileManager.default.contents(atPath: file.path) else { continue }
                do {
                    found.append(try PluginManifest(yaml: Array(bytes), file: file.path))
                } catch {
                    problem("\(error)")
                }
            }
        } catch {
            problem("directory \(directory) cannot be read, so no policy or task can be applied")
        }
        self.init(found)
    }

    package var applications: [String] { known.withLock { $0.keys.sorted() } }
    package func schema(of application: String) -> SettingsSchema? { manifest(application)?.settings }
    package func tasks(of application: String) -> [String] { manifest(application)?.tasks.map(\.name).sorted() ?? [] }

    package func parameters(of task: String, in application: String) -> SettingsSchema? {
        manifest(application)?.task(task)?.parameters
    }
}
