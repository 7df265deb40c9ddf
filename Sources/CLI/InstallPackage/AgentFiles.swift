import Foundation

/// A folder with everything that is installed on a host, as `scripts/build-release` makes it.
struct AgentFiles {
    let directory: URL
    let version: String
    /// Debian's name of the processor.
    let architecture: String
    /// Debian packages that the programs need.
    let depends: String

    static let needed = [
        "martlet-agent", "martlet-plugin-host", "martlet-privileged", "martlet-agent.service", "LICENSE", "version",
        "depends", "debian/postinst", "debian/prerm", "debian/postrm",
    ]

    /// Throws, naming what is missing.
    init(directory: URL) throws(CLIError) {
        self.directory = directory
        for name in Self.needed where !FileManager.default.isReadableFile(atPath: directory.appending(path: name).path)
        {
            throw CLIError(
                .invalidInput,
                "\(directory.path): expected the files of an agent, but there is no \(name); scripts/build-release makes them, --files names the folder"
            )
        }
        version = try Self.line(of: directory.appending(path: "version"))
        depends = try Self.line(of: directory.appending(path: "depends"))
        let agent = directory.appending(path: "martlet-agent")
        let header = Array((try? FileHandle(forReadingFrom: agent).read(upToCount: 64)) ?? Data())
        guard let architecture = ElfMachine.debianArchitecture(of: header) else {
            throw CLIError(.invalidInput, "\(agent.path): expected a Linux program for a processor that Debian runs on")
        }
        self.architecture = architecture
        guard version.wholeMatch(of: /[0-9][A-Za-z0-9.+~]*/) != nil else {
            throw CLIError(
                .invalidInput, "\(directory.path)/version: expected a version like 0.1.0, got \"\(version)\"")
        }
    }

    /// The plugins that lie beside the agent, by id.
    func plugins() throws -> [PackagedPlugin] {
        let folder = directory.appending(path: "plugins")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return try names.sorted().map { try PackagedPlugin(directory: folder.appending(path: $0)) }
    }

    /// A plugin by its id, when it lies beside the agent, else by its folder.
    func plugin(_ name: String) throws -> PackagedPlugin {
        let beside = directory.appending(path: "plugins").appending(path: name)
        let isBeside = !name.contains("/") && FileManager.default.fileExists(atPath: beside.path)
        let folder = isBeside ? beside : URL(fileURLWithPath: name)
        guard FileManager.default.fileExists(atPath: folder.appending(path: "plugin.yaml").path) else {
            throw CLIError(
                .notFound,
                "--plugin \(name): expected the id of a plugin in \(directory.path)/plugins, or a folder with a plugin.yaml"
            )
        }
        return try PackagedPlugin(directory: folder)
    }

    private static func line(of file: URL) throws(CLIError) -> String {
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n")
        guard lines.count == 1 else {
            throw CLIError(.invalidInput, "\(file.path): expected one line, got \(lines.count)")
        }
        return lines[0].trimmingCharacters(in: .whitespaces)
    }
}
