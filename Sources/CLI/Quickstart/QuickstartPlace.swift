import Foundation

/// Where the quickstart's files are, and where it finds what it starts.
struct QuickstartPlace: Sendable {
    let root: String
    let clamd: String
    private let programs: String
    private let pluginSources: String

    /// Throws when a program, a plugin or ClamAV is missing, naming what and how to get it.
    init(directory: String, clamd: String) throws(CLIError) {
        let url = URL(fileURLWithPath: directory).standardizedFileURL
        root = url.path
        self.clamd = clamd
        programs = URL(fileURLWithPath: Self.ownPath()).deletingLastPathComponent().path
        pluginSources = try Self.findPlugins(from: programs)
        // clamd and the agent make UNIX sockets here; their paths may be 107 bytes long.
        guard root.utf8.count <= 80 else {
            throw CLIError(.invalidInput, "--dir \(root): at most 80 characters, for the sockets in it")
        }
        for name in ["martlet-server", "martlet-agent", "martlet-plugin-host"]
        where !FileManager.default.isExecutableFile(atPath: program(name)) {
            throw CLIError(.notFound, "\(program(name)) is missing; build it with \"make build\"")
        }
        guard FileManager.default.isExecutableFile(atPath: clamd) else {
            throw CLIError(
                .notFound, "\(clamd) is missing; install it with \"apt-get install clamav-daemon\", or say --clamd FILE"
            )
        }
    }

    func path(_ name: String) -> String { root + "/" + name }
    func program(_ name: String) -> String { programs + "/" + name }

    /// Library and manifest of a plugin as it was built or installed.
    func plugin(_ id: String, folder: String, library: String) throws(CLIError) -> (library: String, manifest: String) {
        let built = (programs + "/" + library, pluginSources + "/" + folder + "/plugin.yaml")
        let installed = ("\(pluginSources)/\(id)/plugin.so", "\(pluginSources)/\(id)/plugin.yaml")
        for candidate in [built, installed]
        where FileManager.default.fileExists(atPath: candidate.0) && FileManager.default.fileExists(atPath: candidate.1)
        {
            return candidate
        }
        throw CLIError(
            .notFound, "plugin \(id): neither \(built.0) nor \(installed.0) is there; build it with \"make build\"")
    }

    private static func ownPath() -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// The checkout's Plugins folder above a build folder, or the installed plugins.
    private static func findPlugins(from programs: String) throws(CLIError) -> String {
        var folder = URL(fileURLWithPath: programs)
        while folder.path != "/" {
            let candidate = folder.appendingPathComponent("Plugins")
            if FileManager.default.fileExists(atPath: candidate.appendingPathComponent("ClamAV/plugin.yaml").path) {
                return candidate.path
            }
            folder = folder.deletingLastPathComponent()
        }
        let installed = "/usr/lib/martlet/plugins"
        guard FileManager.default.fileExists(atPath: installed) else {
            throw CLIError(.notFound, "no plugins: neither a Plugins folder above \(programs) nor \(installed)")
        }
        return installed
    }
}
