internal import DesiredState
internal import DurableFiles

/// Makes a package: a plain tar archive whose bytes follow from the files alone, wherever and whenever it is made.
package enum PackageWriter {
    /// The package's bytes. Throws `PackageError` for what no device would take.
    package static func make(_ source: PackageSource) throws -> [UInt8] {
        let manifestBytes = try read(source.manifestPath, .manifest)
        let manifest: PluginManifest
        do { manifest = try PluginManifest(yaml: manifestBytes, file: source.manifestPath) } catch {
            throw PackageError(source.manifestPath, "\(error)")
        }
        guard !source.libraries.isEmpty else {
            throw PackageError(source.manifestPath, "a package needs a library for one architecture at least")
        }
        guard manifest.libraryDigest == nil else {
            throw PackageError(
                source.manifestPath, "sha256: expected none, since a package has a checksum for each architecture")
        }
        guard source.licences.count <= PackageLimits.licences else {
            throw PackageError(source.manifestPath, "expected at most \(PackageLimits.licences) licences")
        }
        var files: [(name: PackageEntryName, bytes: [UInt8])] = [(.manifest, manifestBytes)]
        for (architecture, path) in source.libraries.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let bytes = try read(path, .library(architecture))
            guard let actual = PackageArchitecture(elf: Array(bytes.prefix(PackageArchitecture.headerBytes))) else {
                throw PackageError(path, "expected a shared library (ELF, 64 bit, little-endian)")
            }
            guard actual == architecture else {
                throw PackageError(path, "expected a library for \(architecture.rawValue), got \(actual.rawValue)")
            }
            files.append((.library(architecture), bytes))
        }
        for (name, path) in source.licences.sorted(by: { $0.key < $1.key }) {
            guard PackageEntryName.isLicenceName(name) else {
                throw PackageError(path, "expected a name of 1 to 64 of [A-Za-z0-9._-], got \(name)")
            }
            files.append((.licence(name), try read(path, .licence(name))))
        }
        let index = PackageIndex(
            id: manifest.id, version: manifest.version,
            digests: Dictionary(files.map { ($0.name, Digest.sha256($0.bytes)) }) { first, _ in first })
        files.insert((.index, CanonicalJSON.encode(index.json)), at: 0)
        return archive(files)
    }

    private static func archive(_ files: [(name: PackageEntryName, bytes: [UInt8])]) -> [UInt8] {
        var bytes: [UInt8] = []
        for file in files {
            let header = TarHeader(name: "\(file.name)", size: Int64(file.bytes.count))
            bytes += header.bytes
            bytes += file.bytes
            bytes += [UInt8](repeating: 0, count: Int(header.storedBytes) - file.bytes.count)
        }
        return bytes + [UInt8](repeating: 0, count: 2 * TarHeader.blockBytes)
    }

    private static func read(_ path: String, _ name: PackageEntryName) throws -> [UInt8] {
        try FileBytes.required(path, limit: Int(name.limit))
    }
}
