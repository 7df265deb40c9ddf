internal import DurableFiles
internal import Glibc

/// Small values of plugins, a file each, for the agent's user alone.
actor PluginStorage {
    static let valueLimit = 65536
    static let keyLimit = 256

    private let dataDirectory: String

    init(dataDirectory: String) { self.dataDirectory = dataDirectory }

    func value(_ key: String, of plugin: String) -> HostActionResult {
        do throws(SystemError) {
            guard let bytes = try FileBytes.read(file(key, plugin), limit: Self.valueLimit) else {
                return HostActionResult(.notFound, message: "no value is stored under \(key)")
            }
            return HostActionResult(.done, document: bytes)
        } catch {
            return HostActionResult(.failed, message: "\(error)")
        }
    }

    func store(_ value: [UInt8], under key: String, of plugin: String) -> HostActionResult {
        guard value.count <= Self.valueLimit else {
            return HostActionResult(.invalid, message: "a value has at most \(Self.valueLimit) bytes")
        }
        do throws(SystemError) {
            try FileBytes.makeDirectory(folder(plugin))
            if value.isEmpty {
                guard unlink(file(key, plugin)) == 0 || errno == ENOENT else {
                    throw SystemError("remove \(key)", errno)
                }
                return .done
            }
            guard access(file(key, plugin), F_OK) == 0 || countKeys(plugin) < Self.keyLimit else {
                return HostActionResult(.exhausted, message: "a plugin has at most \(Self.keyLimit) keys")
            }
            try FileBytes.replace(file(key, plugin), with: value, mode: 0o600)
            return .done
        } catch {
            return HostActionResult(.failed, message: "\(error)")
        }
    }

    private func folder(_ plugin: String) -> String { "\(dataDirectory)/plugins/\(plugin)/storage" }

    private func file(_ key: String, _ plugin: String) -> String { "\(folder(plugin))/\(key)" }

    private func countKeys(_ plugin: String) -> Int {
        guard let directory = opendir(folder(plugin)) else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        return max(0, count - 2)
    }
}
