import DesiredState
import Foundation

/// What an installation package holds. Nothing is read or written here but what `files` found.
struct InstallPackage {
    static let name = "martlet-agent"
    static let tokenPath = "etc/martlet/enrollment.token"
    static let configurationFiles = ["etc/martlet/agent.yaml", "etc/martlet/root.pem"]

    enum Source: Equatable {
        case file(URL)
        case text(String)
    }

    struct Entry: Equatable {
        /// Without a leading slash.
        var path: String
        var source: Source
        var mode: Int
    }

    let files: AgentFiles
    let plugins: [PackagedPlugin]
    let address: AgentAddress
    /// PEM.
    let rootCertificate: String
    let trustDomain: String
    /// The group that its devices join, for whoever looks at the package.
    let group: String
    let revision: Int
    /// The secret that its devices join with; nil when each host's owner brings one.
    let token: String?

    /// Debian's: what the agent is, and which package of it this is.
    var version: String { "\(files.version)-\(revision)" }

    var fileName: String { "\(Self.name)_\(version)_\(files.architecture).deb" }

    /// What is installed, ordered by path.
    var entries: [Entry] {
        var entries = [
            Entry(path: "usr/bin/martlet-agent", source: file("martlet-agent"), mode: 0o755),
            Entry(path: "usr/lib/martlet/martlet-plugin-host", source: file("martlet-plugin-host"), mode: 0o755),
            Entry(path: "usr/lib/martlet/martlet-privileged", source: file("martlet-privileged"), mode: 0o755),
            Entry(
                path: "usr/lib/systemd/system/martlet-agent.service", source: file("martlet-agent.service"), mode: 0o644
            ),
            Entry(path: "usr/share/doc/martlet-agent/copyright", source: file("LICENSE"), mode: 0o644),
            Entry(path: "etc/martlet/agent.yaml", source: .text(configuration), mode: 0o644),
            Entry(path: "etc/martlet/root.pem", source: .text(rootCertificate), mode: 0o644),
        ]
        for plugin in plugins {
            for name in ["plugin.yaml", plugin.library] {
                entries.append(
                    Entry(
                        path: "usr/lib/martlet/plugins/\(plugin.id)/\(name)",
                        source: .file(plugin.directory.appending(path: name)), mode: 0o644))
            }
        }
        if let token { entries.append(Entry(path: Self.tokenPath, source: .text(token + "\n"), mode: 0o600)) }
        return entries.sorted { $0.path < $1.path }
    }

    /// What Debian's package manager reads and runs.
    var control: [Entry] {
        let scripts = ["postinst", "prerm", "postrm"].map {
            Entry(path: $0, source: file("debian/\($0)"), mode: 0o755)
        }
        let conffiles = Self.configurationFiles.map { "/\($0)\n" }.joined()
        return scripts + [
            Entry(path: "conffiles", source: .text(conffiles), mode: 0o644),
            Entry(path: "control", source: .text(description), mode: 0o644),
        ]
    }

    private func file(_ name: String) -> Source { .file(files.directory.appending(path: name)) }

    /// `agent.yaml`. JSON's strings are YAML's.
    private var configuration: String {
        """
        # Made by "martlet install-package create". Every key is described in docs/agent.md.
        server:
          host: \(Self.quoted(address.host))
          port: \(address.port)
        rootCertificate: /etc/martlet/root.pem
        trustDomain: \(Self.quoted(trustDomain))
        # Whom the agent becomes; the package made it.
        user: martlet
        # A token left here (mode 0600) has the device join by itself; it is erased once it has served.
        enrollment:
          tokenFile: /\(Self.tokenPath)

        """
    }

    private var description: String {
        let names = plugins.map { "\($0.id) \($0.version)" }.joined(separator: ", ")
        return """
            Package: \(Self.name)
            Version: \(version)
            Architecture: \(files.architecture)
            Maintainer: Martlet operators of \(trustDomain) <root@localhost>
            Depends: \(files.depends), init-system-helpers (>= 1.54), passwd
            Section: admin
            Priority: optional
            Description: Martlet agent for \(address.text)
             Keeps this host in touch with its administration server. Devices join group \(group).
             Plugins: \(names.isEmpty ? "none" : names).

            """
    }

    private static func quoted(_ text: String) -> String { CanonicalJSON.text(.string(text)) }
}
