import Foundation

/// Writes the configurations, the sample policies and a ClamAV of its own with a database of a few lines.
struct QuickstartFiles: Sendable {
    let place: QuickstartPlace
    let ports: QuickstartPorts

    static let threatFile = "clamav/files/eicar.com"
    static let unwantedFile = "clamav/files/tool.bin"

    /// What exists is kept, so that a directory can be used again and changed by hand.
    func write() throws {
        for folder in ["plugins", "manifests", "clamav/db", "clamav/files", "clamav/mirror"] {
            try FileManager.default.createDirectory(
                atPath: place.path(folder), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        }
        try write("server.yaml", serverConfiguration)
        let written = try String(contentsOfFile: place.path("server.yaml"), encoding: .utf8)
        let wanted = ports.written(in: written)
        if wanted != written { try overwrite("server.yaml", wanted) }
        try writeClamAV()
        try install(
            "martlet.clamav", folder: "ClamAV", library: "libmartlet-plugin-clamav.so",
            local: [
                "clamd": place.clamd, "clamdConf": place.path("clamav/clamd.conf"),
                "freshclamConf": place.path("clamav/freshclam.conf"),
            ])
        try install("martlet.linux", folder: "Linux", library: "libmartlet-plugin-linux.so", local: [:])
        try writeManifests()
    }

    private var serverConfiguration: String {
        """
        dataDirectory: \(place.path("server"))
        \(QuickstartPorts.line("agents", ports.agents ?? QuickstartPorts.usualAgents))
        \(QuickstartPorts.line("operators", ports.operators ?? QuickstartPorts.usualOperators))
        pluginsDirectory: \(place.path("plugins"))

        """
    }

    /// Once the server has said on which port it listens.
    func writeAgent(serverPort: Int) throws {
        try overwrite(
            "agent.yaml",
            """
            server: {host: 127.0.0.1, port: \(serverPort)}
            rootCertificate: \(place.path("server/pki/root.pem"))
            dataDirectory: \(place.path("agent"))
            socket: \(place.path("agent.sock"))
            wake: {host: 127.0.0.1, port: \(ports.wake)}
            plugins: {directory: \(place.path("plugins")), host: \(place.program("martlet-plugin-host"))}
            directUnits:
              clamav-daemon:
                start: ["\(place.clamd)", "--config-file=\(place.path("clamav/clamd.conf"))"]
                pidFile: \(place.path("clamav/clamd.pid"))

            """)
    }

    // MARK: ClamAV

    private func writeClamAV() throws {
        let root = place.path("clamav")
        try write(
            "clamav/clamd.conf",
            """
            LocalSocket \(root)/clamd.sock
            PidFile \(root)/clamd.pid
            DatabaseDirectory \(root)/db
            LogFile \(root)/clamd.log
            User \(NSUserName())

            """)
        try write(
            "clamav/freshclam.conf",
            """
            DatabaseDirectory \(root)/db
            DatabaseOwner \(NSUserName())
            UpdateLogFile \(root)/freshclam.log
            DatabaseMirror 127.0.0.1
            DNSDatabaseInfo no
            DatabaseCustomURL file://\(root)/mirror/new.hdb
            ExcludeDatabase main
            ExcludeDatabase daily
            ExcludeDatabase bytecode

            """)
        // The test file of the antivirus industry, in two parts so that this source is not itself a find.
        try write(Self.threatFile, #"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-"# + "ANTIVIRUS-TEST-FILE!$H+H*")
        try write("clamav/db/local.hdb", "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n")
        // Signatures of unwanted applications count only while detectPua is on.
        try write(Self.unwantedFile, "an unwanted tool\n")
        try write("clamav/db/local.hdu", "5d24fa1c5d8610e4f4b2e97e7d75d638:17:PUA.Test.Tool\n")
        try write("clamav/files/clean.txt", "nothing to see\n")
        try write("clamav/mirror/new.hdb", "31372e5e362ccc9ff20db7da333ee2f9:15:Test.Added\n")
    }

    // MARK: Plugins and manifests

    private func install(_ id: String, folder: String, library: String, local: [String: String]) throws {
        let source = try place.plugin(id, folder: folder, library: library)
        let target = place.path("plugins/\(id)")
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
        let copy = target + "/plugin.so"
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: source.library, toPath: copy)
        let manifest = try String(contentsOfFile: source.manifest, encoding: .utf8)
        let lines = manifest.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard let (key, value) = local.first(where: { line.hasPrefix("  \($0.key): ") }) else {
                return String(line)
            }
            return "  \(key): \(value)"
        }
        try overwrite("plugins/\(id)/plugin.yaml", lines.joined(separator: "\n"))
    }

    private func writeManifests() throws {
        try write("manifests/clamav.yaml", QuickstartManifests.clamav(files: place.path("clamav/files")))
        try write("manifests/linux.yaml", QuickstartManifests.linux)
    }

    private func write(_ name: String, _ text: String) throws {
        guard !FileManager.default.fileExists(atPath: place.path(name)) else { return }
        try overwrite(name, text)
    }

    private func overwrite(_ name: String, _ text: String) throws {
        try text.write(toFile: place.path(name), atomically: true, encoding: .utf8)
    }
}
