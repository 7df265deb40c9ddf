package import DesiredState
import Foundation
package import PluginPackage

/// The applications whose plugin manifests the server was given.
package struct PluginCatalog: ApplicationCatalog {
    private let manifests: [String: PluginManifest]

    /// Two manifests with the same id: the first one counts.
    package init(_ manifests: [PluginManifest]) {
        self.manifests = Dictionary(manifests.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads `plugin.yaml` of every folder below `directory`, in the order of their names. What cannot be read is given
    /// to `problem` and hides nothing else; a directory that is not there is a problem too.
    package init(directory: String, problem: (String) -> Void) {
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

    package var applications: [String] { manifests.keys.sorted() }
    package func schema(of application: String) -> SettingsSchema? { manifests[application]?.settings }
    package func tasks(of application: String) -> [String] { manifests[application]?.tasks.map(\.name).sorted() ?? [] }

    package func parameters(of task: String, in application: String) -> SettingsSchema? {
        manifests[application]?.task(task)?.parameters
    }
}
