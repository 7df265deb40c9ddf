import DurableFiles
import Glibc

/// What the agent reads of its host once, at start.
package struct HostFacts: Sendable {
    package var name: String
    package var architecture: String
    /// For example "Debian GNU/Linux 12 (bookworm)".
    package var system: String
    package var kernel: String

    package init(name: String, architecture: String, system: String, kernel: String) {
        self.name = name
        self.architecture = architecture
        self.system = system
        self.kernel = kernel
    }

    package static func read(name override: String?) -> HostFacts {
        var names = utsname()
        uname(&names)
        return HostFacts(
            name: override ?? text(of: &names.nodename), architecture: text(of: &names.machine),
            system: prettyName() ?? "Linux", kernel: text(of: &names.release))
    }

    private static func text<T>(of field: inout T) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private static func prettyName() -> String? {
        guard let bytes = try? FileBytes.required("/etc/os-release", limit: 64 << 10) else { return nil }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where line.hasPrefix("PRETTY_NAME=") {
            return line.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }
        }
        return nil
    }
}
