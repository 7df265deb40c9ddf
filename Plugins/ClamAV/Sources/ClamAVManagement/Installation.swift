internal import Glibc
package import MartletPluginKit

/// Where ClamAV is on this device: the manifest's `local` values.
package struct Installation: Sendable, Hashable {
    package var clamd: String
    package var clamdConf: String
    package var freshclam: String
    package var freshclamConf: String
    package var unit: String

    package init(local: [String: String]) throws(PluginFailure) {
        func value(_ name: String) throws(PluginFailure) -> String {
            guard let value = local[name], !value.isEmpty else {
                throw PluginFailure(.failedPrecondition, "plugin.yaml has no local value \(name)")
            }
            return value
        }
        clamd = try value("clamd")
        clamdConf = try value("clamdConf")
        freshclam = try value("freshclam")
        freshclamConf = try value("freshclamConf")
        unit = try value("unit")
    }

    package var isInstalled: Bool { access(clamd, X_OK) == 0 }

    /// clamd.conf as it is.
    package func configuration() throws(PluginFailure) -> ManagedConfiguration {
        ManagedConfiguration(parsing: try text(of: clamdConf))
    }

    /// clamd's socket, as its configuration says.
    package func socket() throws(PluginFailure) -> ClamdSocket {
        guard let path = try configuration().value("LocalSocket") else {
            throw PluginFailure(.failedPrecondition, "\(clamdConf) names no LocalSocket; the plugin needs one")
        }
        return ClamdSocket(path: path)
    }

    /// Whether the process whose number clamd wrote is there; nil when its configuration names no file for it.
    func daemonLives() -> Bool? {
        guard let file = try? configuration().value("PidFile") else { return nil }
        let number = (try? text(of: file))?.prefix(while: \.isNumber) ?? ""
        guard !number.isEmpty, let status = try? text(of: "/proc/\(number)/stat") else { return false }
        // A process that has ended and was not collected is not there either.
        return status.split(separator: ")").last?.hasPrefix(" Z") == false
    }

    package func text(of path: String) throws(PluginFailure) -> String {
        guard let file = fopen(path, "re") else {
            throw PluginFailure(.failedPrecondition, "\(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while bytes.count < 1 << 20 {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
