import ArgumentParser
import DesiredState
import Foundation
import PluginPackage

/// `martlet plugin pack`
struct PluginPack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Make one file of a plugin: manifest, libraries, licences, checksums.",
        discussion: """
            The package is a plain tar archive (tar tf shows it) whose bytes follow from the files in it alone: packed again,
            on another day or machine, it is the same. Files whose names begin with LICENSE, LICENCE, COPYING or NOTICE in
            the folder go with it.

            EXAMPLES
              martlet plugin pack build/com.example.greeter
              martlet plugin pack greeter --library x86_64=out/amd64/plugin.so --library aarch64=out/arm64/plugin.so
            """)

    @Argument(help: "Folder with plugin.yaml and, unless --library names others, the library.")
    var folder: String

    @Option(
        name: .shortAndLong,
        help: "Library for an architecture, as ARCHITECTURE=FILE; several times. (x86_64, aarch64, riscv64)")
    var library: [String] = []

    @Option(help: "A licence's text; several times.")
    var licence: [String] = []

    @Option(name: [.customShort("O"), .long], help: "Where to. (default: ID-VERSION.mpkg, here)")
    var file: String?

    func validate() throws {
        for text in library where PackageArchitecture(rawValue: String(text.prefix { $0 != "=" })) == nil {
            let known = PackageArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--library: expected one of \(known), then = and a file, got \(text)")
        }
    }

    func run() throws {
        let manifestPath = folder + "/plugin.yaml"
        do {
            let bytes = try PackageWriter.make(
                PackageSource(
                    manifestPath: manifestPath, libraries: try libraries(manifestPath), licences: try licences()))
            let manifest = try PluginManifest(
                yaml: Array(Data(contentsOf: URL(filePath: manifestPath))), file: manifestPath)
            let target = file ?? "\(manifest.id)-\(manifest.version).mpkg"
            try Data(bytes).write(to: URL(filePath: target), options: .atomic)
            // What nobody could read is not made.
            _ = try PackageReader(target)
            Terminal.print(target)
            Terminal.say("\(bytes.count) bytes, SHA-256 \(Digest.hex(Digest.sha256(bytes)))")
        } catch let error as CLIError {
            throw error
        } catch {
            throw CLIError(.invalidInput, "\(error)")
        }
    }

    private func libraries(_ manifestPath: String) throws -> [PackageArchitecture: String] {
        guard library.isEmpty else {
            let pairs = library.map { text in
                let name = text.prefix { $0 != "=" }
                return (PackageArchitecture(rawValue: String(name)), String(text.dropFirst(name.count + 1)))
            }
            return Dictionary(pairs.compactMap { pair in pair.0.map { ($0, pair.1) } }) { _, last in last }
        }
        guard let bytes = FileManager.default.contents(atPath: manifestPath) else {
            throw CLIError(.invalidInput, "\(manifestPath) cannot be read: expected a plugin's folder")
        }
        let path = folder + "/" + (try PluginManifest(yaml: Array(bytes), file: manifestPath).library)
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CLIError(
                .invalidInput, "\(path) cannot be read: build the plugin first, or name its library with --library")
        }
        let header = try handle.read(upToCount: PackageArchitecture.headerBytes) ?? Data()
        guard let architecture = PackageArchitecture(elf: Array(header)) else {
            throw CLIError(.invalidInput, "\(path): expected a shared library (ELF, 64 bit, little-endian)")
        }
        return [architecture: path]
    }

    private func licences() throws -> [String: String] {
        let beside = try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
            ["LICENSE", "LICENCE", "COPYING", "NOTICE"].contains { name.uppercased().hasPrefix($0) }
        }
        let pairs = beside.map { ($0, "\(folder)/\($0)") } + licence.map { (URL(filePath: $0).lastPathComponent, $0) }
        return Dictionary(pairs) { _, last in last }
    }
}
