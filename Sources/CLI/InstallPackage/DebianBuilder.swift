import Foundation

/// Writes an installation package, with Debian's own `dpkg-deb`.
enum DebianBuilder {
    /// Replaces `output` once the package is whole. `isSecret`: for its owner alone.
    static func write(_ package: InstallPackage, to output: URL, isSecret: Bool) async throws {
        let work = FileManager.default.temporaryDirectory.appending(path: "martlet-package-\(UUID().uuidString)")
        try make(work, mode: 0o700)
        defer { try? FileManager.default.removeItem(at: work) }
        let root = work.appending(path: "root")
        try make(root)
        for entry in package.entries { try write(entry, below: root) }
        for entry in package.control { try write(entry, below: root.appending(path: "DEBIAN")) }
        let made = work.appending(path: "package.deb")
        try await build(root, as: made)
        try setMode(isSecret ? 0o600 : 0o644, of: made)
        // From a place on the same file system, so that nobody sees half of it.
        let near = output.deletingLastPathComponent().appending(path: ".\(output.lastPathComponent).\(getpid())")
        do {
            try? FileManager.default.removeItem(at: near)
            try FileManager.default.copyItem(at: made, to: near)
            guard rename(near.path, output.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        } catch {
            try? FileManager.default.removeItem(at: near)
            throw CLIError(.failed, "\(output.path) cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    private static func build(_ root: URL, as output: URL) async throws {
        let tools = ["/usr/bin/dpkg-deb", "/usr/local/bin/dpkg-deb", "/opt/homebrew/bin/dpkg-deb"]
        guard let tool = tools.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw CLIError(.failed, "dpkg-deb is not here; install the package dpkg")
        }
        try await QuickstartProcess.run(tool, ["--root-owner-group", "--build", root.path, output.path])
    }

    private static func write(_ entry: InstallPackage.Entry, below root: URL) throws {
        let target = root.appending(path: entry.path)
        var folder = root
        for component in entry.path.split(separator: "/").dropLast() {
            folder = folder.appending(path: String(component))
            try make(folder)
        }
        if !FileManager.default.fileExists(atPath: root.path) { try make(root) }
        switch entry.source {
        case .file(let source): try FileManager.default.copyItem(at: source, to: target)
        case .text(let text):
            // Never readable to others, not even for a moment.
            let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
            guard FileManager.default.createFile(atPath: target.path, contents: Data(text.utf8), attributes: attributes)
            else { throw CLIError(.failed, "\(target.path) cannot be written") }
        }
        try setMode(entry.mode, of: target)
    }

    private static func make(_ folder: URL, mode: Int = 0o755) throws {
        guard !FileManager.default.fileExists(atPath: folder.path) else { return }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        try setMode(mode, of: folder)
    }

    private static func setMode(_ mode: Int, of file: URL) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }
}
