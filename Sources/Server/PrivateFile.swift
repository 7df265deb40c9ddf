import Foundation
import ServerCore

/// Files that only their owner may read, written whole or not at all.
enum PrivateFile {
    static func write(_ path: String, _ text: String, mode: mode_t = 0o600) throws {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw CoreError(.unavailable, "\(draft): \(String(cString: strerror(errno)))") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.synchronize()
        try handle.close()
        guard rename(draft, path) == 0 else {
            throw CoreError(.unavailable, "\(path): \(String(cString: strerror(errno)))")
        }
    }
}
