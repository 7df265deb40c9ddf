import PluginTemplates

/// The files of a set that is inside the program.
enum TemplateSet {
    /// Relative paths and contents. A file that a version control would take for its own is kept under another name.
    static func files(of name: String) -> [(path: String, bytes: [UInt8])] {
        all.compactMap { path, bytes in
            guard path.hasPrefix(name + "/") else { return nil }
            let path = String(path.dropFirst(name.utf8.count + 1))
            return (path == "gitignore" ? ".gitignore" : path, bytes)
        }
    }

    static let all: [(path: String, bytes: [UInt8])] = {
        var files: [(path: String, bytes: [UInt8])] = []
        while let file = plugin_template_at(files.count)?.pointee {
            let bytes = UnsafeBufferPointer(start: file.data, count: file.size)
            files.append((String(cString: file.path), Array(bytes)))
        }
        return files
    }()
}
