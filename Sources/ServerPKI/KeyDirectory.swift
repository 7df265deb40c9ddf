import DurableFiles
import Foundation

/// The files of the `pki` directory: 0600, each written whole or not at all.
struct KeyDirectory {
    let directory: URL

    private func path(_ name: String) -> String { directory.appendingPathComponent(name).path }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
    func read(_ name: String) throws -> String { String(decoding: try FileBytes.required(path(name)), as: UTF8.self) }
    func write(_ name: String, _ text: String) throws {
        try FileBytes.replace(path(name), with: Array(text.utf8), mode: 0o600)
    }
}
