internal import DesiredState
internal import DeviceCrypto
internal import DurableFiles
internal import Glibc

/// A package in a file, read and checked: nothing of it is used before `init` returned.
package struct PackageReader: Sendable {
    package let path: String
    package let index: PackageIndex
    package let manifest: PluginManifest
    package let manifestBytes: [UInt8]
    package let entries: [PackageEntry]

    /// Reads all of it once. Throws `PackageError`: it is no package, has something else in it, or a checksum differs.
    package init(_ path: String) throws {
        self.path = path
        entries = try Self.list(path)
        guard entries.first?.name == .index else { throw PackageError(path, "expected package.json as its first file") }
        index = try PackageIndex(Self.read(entries[0], of: path), file: path)
        guard Set(entries.dropFirst().map(\.name)) == Set(index.digests.keys) else {
            throw PackageError(path, "its files are not those that package.json names")
        }
        guard let place = entries.first(where: { $0.name == .manifest }) else {
            throw PackageError(path, "plugin.yaml is missing")
        }
        for entry in entries.dropFirst() {
            let digest = try Self.digest(entry, of: path)
            guard digest == index.digests[entry.name] else {
                throw PackageError(path, "\(entry.name) has SHA-256 \(Digest.hex(digest)), package.json says another")
            }
        }
        manifestBytes = try Self.read(place, of: path)
        do { manifest = try PluginManifest(yaml: manifestBytes, file: "plugin.yaml") } catch {
            throw PackageError(path, "\(error)")
        }
        guard manifest.id == index.id, manifest.version == index.version else {
            throw PackageError(path, "package.json and plugin.yaml name different plugins or versions")
        }
    }

    package var architectures: [PackageArchitecture] {
        entries.compactMap { if case .library(let architecture) = $0.name { architecture } else { nil } }
    }

    /// Puts a file of the package where it belongs, 0600 and durable.
    package func extract(_ name: PackageEntryName, to target: String) throws {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw PackageError(path, "\(name) is missing")
        }
        var offset: Int64 = 0
        try Self.pieces(of: entry, in: path) { piece in
            try FileBytes.put(piece, at: offset, in: target, truncating: offset == 0)
            offset += Int64(piece.count)
        }
        try FileBytes.sync(file: target)
    }

    // MARK: The archive

    private static let pieceBytes: Int64 = 256 << 10

    private static func list(_ path: String) throws -> [PackageEntry] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open \(path)", errno) }
        defer { close(descriptor) }
        let size = Int64(lseek(descriptor, 0, SEEK_END))
        guard size <= PackageLimits.packageBytes else {
            throw PackageError(path, "it has \(size) bytes, the limit is \(PackageLimits.packageBytes)")
        }
        var found: [PackageEntry] = []
        var offset: Int64 = 0
        while true {
            let block = try read(descriptor, offset, Int64(TarHeader.blockBytes), path)
            offset += Int64(TarHeader.blockBytes)
            if block.allSatisfy({ $0 == 0 }) { break }
            guard let header = TarHeader(block), let name = PackageEntryName(header.name), header.size <= name.limit,
                header.storedBytes <= size - offset, found.count < PackageLimits.entries
            else {
                throw PackageError(
                    path, "it is no package: at byte \(offset - 512) is something else than its next file")
            }
            guard !found.contains(where: { $0.name == name }) else {
                throw PackageError(path, "\(name) is in it twice")
            }
            found.append(PackageEntry(name: name, offset: offset, size: header.size))
            let rest = header.storedBytes - header.size
            if rest > 0 {
                guard try read(descriptor, offset + header.size, rest, path).allSatisfy({ $0 == 0 }) else {
                    throw PackageError(path, "between its files is something that belongs to none")
                }
            }
            offset += header.storedBytes
        }
        let last = try read(descriptor, offset, Int64(TarHeader.blockBytes), path)
        guard last.allSatisfy({ $0 == 0 }), offset + Int64(TarHeader.blockBytes) == size else {
            throw PackageError(path, "after its end is something")
        }
        return found
    }

    private static func read(_ entry: PackageEntry, of path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try pieces(of: entry, in: path) { bytes += $0 }
        return bytes
    }

    private static func digest(_ entry: PackageEntry, of path: String) throws -> [UInt8] {
        var digest = StreamedDigest()
        try pieces(of: entry, in: path) { digest.add($0) }
        return digest.finish()
    }

    private static func pieces(of entry: PackageEntry, in path: String, _ body: ([UInt8]) throws -> Void) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError("open \(path)", errno) }
        defer { close(descriptor) }
        var done: Int64 = 0
        while done < entry.size || entry.size == 0 {
            let piece = try read(descriptor, entry.offset + done, min(pieceBytes, entry.size - done), path)
            try body(piece)
            done += Int64(piece.count)
            if entry.size == 0 { break }
        }
    }

    private static func read(_ descriptor: Int32, _ offset: Int64, _ count: Int64, _ path: String) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, done in
            while done < Int(count) {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: done), Int(count) - done, off_t(offset) + off_t(done))
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw SystemError("read \(path)", errno) }
                guard got > 0 else { throw PackageError(path, "it ends too early") }
                done += got
            }
        }
    }
}
