import Foundation

/// The folder of a plugin as it is installed, however it was named.
enum PluginFolder {
    static let manifest = "plugin.yaml"

    /// The folder itself, its manifest, its library, or a project whose `make` put it into build/ID.
    static func find(_ path: String) throws -> String {
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        guard manager.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw CLIError(.notFound, "\(path): expected a plugin's folder or its library, but there is nothing")
        }
        let given = URL(fileURLWithPath: path, isDirectory: isFolder.boolValue)
        let folder = isFolder.boolValue ? given : given.deletingLastPathComponent()
        if isFolder.boolValue, let built = try built(in: folder) { return built }
        guard manager.fileExists(atPath: folder.appending(path: manifest).path) else {
            throw CLIError(.invalidInput, "\(folder.path): expected a plugin.yaml in it, as an agent has it")
        }
        return folder.path
    }

    /// What `make` made of a project; nil when the folder is none.
    static func built(in project: URL) throws -> String? {
        let manager = FileManager.default
        guard manager.fileExists(atPath: project.appending(path: "Makefile").path) else { return nil }
        let build = project.appending(path: "build")
        let names = (try? manager.contentsOfDirectory(atPath: build.path)) ?? []
        let folders = names.map { build.appending(path: $0) }.filter {
            manager.fileExists(atPath: $0.appending(path: manifest).path)
        }
        guard folders.count == 1 else {
            throw CLIError(
                .invalidInput, "\(build.path): expected one plugin, got \(folders.count); run make in \(project.path)")
        }
        return folders[0].path
    }
}
