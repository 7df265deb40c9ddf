internal import Glibc

/// Plain files below a path, without following symbolic links. Stops when the task is cancelled.
enum FileWalk {
    static let limit = 5_000_000

    static func files(below path: String) throws -> [String] {
        var status = stat()
        guard lstat(path, &status) == 0 else { return [] }
        if status.st_mode & S_IFMT == S_IFREG { return [path] }
        guard status.st_mode & S_IFMT == S_IFDIR else { return [] }
        var files: [String] = []
        var folders = [path]
        while let folder = folders.popLast() {
            try Task.checkCancellation()
            try list(folder) { name, isFolder in
                let place = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
                if isFolder { folders.append(place) } else if files.count < limit { files.append(place) }
            }
        }
        return files
    }

    private static func list(_ folder: String, _ each: (String, _ isFolder: Bool) -> Void) throws {
        guard let directory = opendir(folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix(while: { $0 != 0 }), as: UTF8.self)
            }
            guard name != ".", name != ".." else { continue }
            switch Int(entry.pointee.d_type) {
            case Int(DT_DIR): each(name, true)
            case Int(DT_REG): each(name, false)
            case Int(DT_UNKNOWN):
                var status = stat()
                guard lstat("\(folder)/\(name)", &status) == 0 else { continue }
                let kind = status.st_mode & S_IFMT
                if kind == S_IFDIR || kind == S_IFREG { each(name, kind == S_IFDIR) }
            default: continue
            }
        }
    }
}
