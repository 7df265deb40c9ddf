import Foundation

/// Writes a folder whole or not at all.
enum NewFolder {
    /// Throws `conflict` when something is there already.
    static func write(_ files: [(path: String, bytes: [UInt8])], to folder: URL) throws {
        let manager = FileManager.default
        guard !manager.fileExists(atPath: folder.path) else {
            throw CLIError(
                .conflict, "\(folder.path): expected nothing there, but it exists; choose another with --directory")
        }
        let parent = folder.deletingLastPathComponent()
        let work = parent.appending(path: ".\(folder.lastPathComponent).\(UUID().uuidString)")
        do {
            try manager.createDirectory(at: parent, withIntermediateDirectories: true)
            defer { try? manager.removeItem(at: work) }
            for (path, bytes) in files {
                let file = work.appending(path: path)
                try manager.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(bytes).write(to: file)
            }
            try manager.moveItem(at: work, to: folder)
        } catch {
            throw CLIError(.failed, "\(folder.path) cannot be written: \(error.localizedDescription)")
        }
    }
}
