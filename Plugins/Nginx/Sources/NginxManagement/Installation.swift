internal import FoundationEssentials
internal import Glibc
package import MartletPluginKit

/// Where nginx is on this device: the manifest's `local` values.
package struct Installation: Sendable, Hashable {
    package var nginx: String
    package var configuration: String
    package var snippet: String
    package var pidFile: String
    package var unit: String
    /// Nil when the host's owner wants no status page.
    package var statusPort: UInt16?

    package init(local: [String: String]) throws(PluginFailure) {
        func value(_ name: String) throws(PluginFailure) -> String {
            guard let value = local[name], !value.isEmpty else {
                throw PluginFailure(.failedPrecondition, "plugin.yaml has no local value \(name)")
            }
            return value
        }
        nginx = try value("nginx")
        configuration = try value("configuration")
        snippet = try value("snippetFile")
        pidFile = try value("pidFile")
        unit = try value("unit")
        let port = try value("statusPort")
        guard let number = UInt16(port) else {
            throw PluginFailure(.failedPrecondition, "statusPort of plugin.yaml is a port or 0, not \(port)")
        }
        statusPort = number == 0 ? nil : number
    }

    package var isInstalled: Bool { access(nginx, X_OK) == 0 }

    var managed: ManagedSnippet { ManagedSnippet(statusPort: statusPort) }

    /// The plugin's file as it is; nil when there is none.
    func snippetText() throws(PluginFailure) -> String? {
        guard access(snippet, F_OK) == 0 else { return nil }
        guard let bytes = FileManager.default.contents(atPath: snippet) else {
            throw PluginFailure(.failedPrecondition, "\(snippet) cannot be read: \(String(cString: strerror(errno)))")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Has nginx test the configuration with everything it includes.
    func test() async throws -> ConfigurationVerdict {
        let announcement = ConfigurationVerdict.announcement(of: snippet)
        let isRead = Flag()
        let outcome = try await Command.run(nginx, ["-T", "-c", configuration], atMost: Self.testPatience) { line in
            if line == announcement { isRead.raise() }
        }
        return ConfigurationVerdict(outcome, readsSnippet: isRead.isUp, user: geteuid())
    }

    /// nginx asks name servers while it tests; a call of the agent has ten seconds.
    private static let testPatience: Duration = .seconds(4)

    /// As in "nginx version: nginx/1.22.1"; empty when it does not say.
    func version() async -> String {
        let outcome = try? await Command.run(nginx, ["-v"], atMost: Self.testPatience)
        return outcome?.lines.first?.split(separator: "/").last.map(String.init) ?? ""
    }
}
