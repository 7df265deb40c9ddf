internal import Glibc
internal import MartletPluginKit

/// A folder of the plugin's user alone, gone when nobody has it any more.
final class TemporaryFolder {
    let path: String
    private(set) var names: [String] = []

    init() throws {
        var template = Array("/tmp/martlet-diagnostics-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw PluginFailure(.unavailable, "no folder can be made in /tmp: \(String(cString: strerror(errno)))")
        }
        path = template.withUnsafeBufferPointer {
            String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    deinit {
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        guard let file = fopen("\(path)/\(name)", "wxe") else {
            throw PluginFailure(.unavailable, "\(path)/\(name) cannot be written: \(String(cString: strerror(errno)))")
        }
        names.append(name)
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count else {
            throw PluginFailure(.unavailable, "\(path)/\(name) cannot be written: the disk may be full")
        }
    }
}
