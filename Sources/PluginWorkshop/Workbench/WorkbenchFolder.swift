internal import DurableFiles

/// The workbench's own folders.
enum WorkbenchFolder {
    /// Copies the plugin into DATA/plugins/ID, where nobody else may write, as an agent wants it. Gives the id.
    static func install(_ folder: String, id: String, library: String, dataDirectory: String) throws {
        let target = "\(dataDirectory)/plugins/\(id)"
        try FileBytes.makeDirectory(target)
        for (name, limit) in [("plugin.yaml", 1 << 20), (library, LibraryJudge.sizeLimit)] {
            guard let bytes = try FileBytes.read("\(folder)/\(name)", limit: limit) else {
                throw WorkshopError("\(folder)/\(name): expected a file, but there is none; build the plugin first")
            }
            try FileBytes.replace("\(target)/\(name)", with: bytes, mode: 0o644)
        }
    }

    /// Makes the folders above a file; why not, when they cannot be made.
    static func make(above path: String, below root: String) -> String? {
        let parent = path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
        do throws(SystemError) { try FileBytes.makeDirectory(parent) } catch { return "\(error)" }
        return nil
    }
}
